import { streamOf } from '@claude-codex/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { INSTANCE, Mcp, TASK, WORKSPACE } from '../mcp.fixture.ts';

let mcp: Mcp;

beforeEach(async () => {
  mcp = new Mcp();
  await mcp.start();
});

afterEach(() => mcp.stop());

describe('what an agent is offered', () => {
  it('depends on its kind', async () => {
    const names = async (kind: 'planning' | 'coding') =>
      (await (await mcp.client({ kind })).listTools()).tools.map((tool) => tool.name);
    expect(await names('coding')).toEqual([
      'report_progress',
      'complete_phase',
      'ask_question',
      'request_dependency',
      'report_error',
      'request_review',
      'create_pr',
      'checkpoint',
      'answer_thread',
      'read_issue',
      'create_issues',
    ]);
    expect(await names('planning')).not.toContain('create_pr');
  });

  it('is described so that arguments can be checked before the call', async () => {
    const { tools } = await (await mcp.client()).listTools();
    expect(tools.find((tool) => tool.name === 'complete_phase')?.inputSchema).toMatchObject({
      type: 'object',
      required: ['phase', 'summary'],
      additionalProperties: false,
    });
  });
});

describe('report_progress, report_error, checkpoint', () => {
  it('become events of the instance, in the name of the person behind it', async () => {
    const client = await mcp.client();
    await mcp.call(client, 'report_progress', { step: 'Reading', percent: 10 });
    await mcp.call(client, 'report_error', { type: 'broken tool', message: 'the compiler crashes' });
    await mcp.call(client, 'checkpoint', { note: 'before the big move' });
    const [progress, checkpoint] = await mcp.eventsOf('ProgressReported');
    expect(progress).toMatchObject({
      stream: streamOf('instance', INSTANCE),
      data: { step: 'Reading', percent: 10, note: '' },
      meta: {
        actor: { kind: 'instance', id: INSTANCE },
        causedBy: 'user-ann',
        correlationId: 'request-1',
        workspaceId: WORKSPACE,
      },
    });
    expect(checkpoint?.data).toMatchObject({ step: 'Checkpoint', note: 'before the big move' });
    expect((await mcp.eventsOf('ErrorReported'))[0]?.data).toEqual({
      errorType: 'broken tool',
      message: 'the compiler crashes',
    });
  });

  it('do a call that is sent again only once', async () => {
    const client = await mcp.client();
    const again = {
      name: 'report_progress',
      arguments: { step: 'Reading' },
      _meta: { 'claudecode/toolUseId': 'toolu_1' },
    };
    await client.callTool(again);
    await client.callTool(again);
    expect(await mcp.eventsOf('ProgressReported')).toHaveLength(1);
    await client.callTool({ ...again, _meta: { 'claudecode/toolUseId': 'toolu_2' } });
    expect(await mcp.eventsOf('ProgressReported')).toHaveLength(2);
  });
});

describe('handing over', () => {
  it('takes words with a NUL or half an emoji, and stores what is whole of them', async () => {
    const summary = `Removed the \0 in the header. \ud83d`;
    const outcome = await mcp.call(await mcp.client(), 'complete_phase', { phase: 'develop', summary });
    expect(outcome).toMatchObject({ isError: false });
    expect((await mcp.eventsOf('PhaseSubmitted')).map((event) => event.data)).toMatchObject([
      { summary: 'Removed the \ufffd in the header. \ufffd' },
    ]);
  });

  it('submits the running phase with its round, once', async () => {
    const client = await mcp.client();
    const args = { phase: 'develop', summary: 'Done.', deliverables: ['docs/plan.md', 'docs/plan.md'] };
    const first = await mcp.call(client, 'complete_phase', args);
    expect(first).toMatchObject({ isError: false, text: expect.stringContaining('End your turn now') });
    expect(await mcp.call(client, 'complete_phase', args)).toMatchObject({ isError: false });
    expect((await mcp.eventsOf('PhaseSubmitted')).map((event) => event.data)).toEqual([
      { phase: 'develop', round: 1, summary: 'Done.', deliverables: ['docs/plan.md'], via: 'tool', proposal: null },
    ]);
  });

  it('hands over what was said last, when it is said again with other words', async () => {
    const client = await mcp.client();
    await mcp.call(client, 'complete_phase', { phase: 'develop', summary: 'Nothing yet.' });
    const args = { phase: 'develop', summary: 'Done.', deliverables: ['docs/plan.md'] };
    expect(await mcp.call(client, 'complete_phase', args)).toMatchObject({ isError: false });
    expect((await mcp.eventsOf('PhaseSubmitted')).map((event) => event.data)).toMatchObject([
      { summary: 'Nothing yet.', deliverables: [] },
      { summary: 'Done.', deliverables: ['docs/plan.md'] },
    ]);
  });

  it('names the running phase when asked for another', async () => {
    const outcome = await mcp.call(await mcp.client(), 'complete_phase', { phase: 'design', summary: 'x' });
    expect(outcome).toMatchObject({
      isError: true,
      code: 'PHASE_NOT_RUNNING',
      text: expect.stringContaining('"develop"'),
    });
  });

  it.each(['../secret', '/etc/passwd', '.git/config', 'a//b', 'a\\b', 'a/./b'])(
    'refuses the deliverable %s',
    async (path) => {
      const outcome = await mcp.call(await mcp.client(), 'complete_phase', {
        phase: 'develop',
        summary: 'x',
        deliverables: [path],
      });
      expect(outcome).toMatchObject({
        isError: true,
        code: 'INVALID_FIELD',
        text: expect.stringContaining('deliverables.0'),
      });
    },
  );

  it('submits a later round even if the client repeats itself to the letter', async () => {
    const args = { phase: 'develop', summary: 'Done.' };
    await mcp.call(await mcp.client(), 'complete_phase', args);
    await mcp.append(streamOf('instance', INSTANCE), {
      type: 'FeedbackSent',
      data: { messageId: TASK, reviewId: TASK, round: 2, text: 'again' },
    });
    await mcp.append(streamOf('task', TASK), {
      type: 'AttemptReworkRequested',
      data: { phase: 'develop', round: 2, reviewId: TASK, instanceId: INSTANCE },
    });
    await mcp.call(await mcp.client(), 'complete_phase', args);
    expect((await mcp.eventsOf('PhaseSubmitted')).map((event) => event.data)).toMatchObject([
      { round: 1 },
      { round: 2 },
    ]);
  });

  it('request_review and create_pr hand the running phase over, too', async () => {
    const client = await mcp.client();
    await mcp.call(client, 'request_review', { summary: 'Greets', checks: 'npm test: 4 passed' });
    expect((await mcp.eventsOf('PhaseSubmitted'))[0]?.data).toMatchObject({
      summary: 'Greets\n\nChecked: npm test: 4 passed',
    });
    await mcp.append(streamOf('task', TASK), {
      type: 'AttemptReworkRequested',
      data: { phase: 'develop', round: 2, reviewId: TASK, instanceId: INSTANCE },
    });
    const outcome = await mcp.call(client, 'create_pr', { title: 'Greet', body: 'By the time of day' });
    expect(outcome.text).toContain('codex/1-greet-a1');
    expect((await mcp.eventsOf('PhaseSubmitted'))[1]?.data).toMatchObject({
      round: 2,
      summary: 'Greet\n\nBy the time of day',
    });
  });
});

describe('refusals', () => {
  it('are results with a code, what is wrong and what to do', async () => {
    const client = await mcp.client();
    expect(await mcp.call(client, 'report_progress', { step: '', percent: 200 })).toMatchObject({
      isError: true,
      code: 'INVALID_FIELD',
      text: expect.stringMatching(/step: .*percent: .*Correct the arguments/),
    });
    expect(await mcp.call(client, 'report_progress', { step: 'a', colour: 'red' })).toMatchObject({
      code: 'UNKNOWN_FIELD',
      text: expect.stringContaining('colour'),
    });
    const planner = await mcp.client({ kind: 'planning' });
    expect(await mcp.call(planner, 'create_pr', { title: 'a', body: 'b' })).toMatchObject({
      isError: true,
      code: 'TOOL_NOT_FOR_THIS_KIND',
    });
  });

  it('of an unknown tool are protocol errors', async () => {
    const client = await mcp.client();
    await expect(client.callTool({ name: 'delete_everything', arguments: {} })).rejects.toMatchObject({
      code: -32_602,
    });
  });

  it('and successes leave a trace each', async () => {
    const client = await mcp.client();
    await mcp.call(client, 'report_progress', { step: 'a' });
    await mcp.call(client, 'report_progress', {});
    await client.callTool({ name: 'no_such_tool', arguments: {} }).catch(() => undefined);
    const traces = await mcp.store.readStream(streamOf('tools', INSTANCE));
    expect(traces.map((event) => event.data)).toEqual([
      { instanceId: INSTANCE, taskId: TASK, tool: 'report_progress', ok: true, code: null },
      { instanceId: INSTANCE, taskId: TASK, tool: 'report_progress', ok: false, code: 'INVALID_FIELD' },
      { instanceId: INSTANCE, taskId: TASK, tool: 'no_such_tool', ok: false, code: 'TOOL_UNKNOWN' },
    ]);
  });
});

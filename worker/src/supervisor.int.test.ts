import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { copySampleRepository } from '@claude-codex/testing/sample-repository';
import { startWorkerProcess } from '@claude-codex/testing/worker/worker-process';
import { openWorkerStage, phasePrompt, type WorkerStage } from '@claude-codex/testing/worker/worker-stage';
import { afterEach, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const STOP = { type: 'stop', id: 'stop', reason: 'done' } as const;

describe('a supervisor with the real Claude Code and the scripted demo model', { timeout: 60_000 }, () => {
  let stage: WorkerStage;
  afterEach(() => stage.close());

  test('runs a planning phase, hands its work over and leaves nothing behind', async () => {
    stage = await openWorkerStage();
    await symlink('/etc/hostname', join(stage.checkout, 'LINK.md'));
    const worker = stage.start();

    const session = await worker.waitFor('session_started');
    expect(session.tools).toContain('mcp__codex__complete_phase');
    const turn = await worker.waitFor('turn_ended');
    expect(turn).toMatchObject({ subtype: 'success', isError: false, toolCalls: 8 });
    expect(turn.usage.outputTokens).toBeGreaterThan(0);
    expect(stage.mcp.calls.map((call) => call.tool)).toEqual(['report_progress', 'report_progress', 'complete_phase']);

    const deliverables = [
      'PLAN.md',
      'MISSING.md',
      '../home/.codex/agent.log',
      'LINK.md',
      '/etc/hostname',
      '.git/config',
      'src',
    ];
    worker.send({ type: 'collect', id: 'c1', deliverables });
    const collected = await worker.waitFor('collected');
    expect(collected.missingDeliverables).toEqual(deliverables.slice(1));
    const plan = stage.egress.blobs.get(collected.deliverables[0]?.blobId ?? '')?.toString();
    expect(plan).toContain('# Plan: greet visitors');
    expect(stage.egress.blobs.get(collected.transcriptBlobId ?? '')?.toString()).toContain(session.sessionId);

    const bundle = join(stage.folder, 'got.bundle');
    await writeFile(bundle, stage.egress.blobs.get(collected.bundleBlobId ?? '') ?? '');
    const mirror = join(stage.folder, 'mirror.git');
    await copySampleRepository(mirror);
    await run('git', ['fetch', '--quiet', bundle, 'refs/codex/hand-over:refs/heads/work'], { cwd: mirror });
    const { stdout } = await run('git', ['log', '-1', '--format=%H %an', 'work'], { cwd: mirror });
    expect(stdout.trim()).toBe(`${collected.headSha} Claude (work-1-a1)`);
    expect(collected.commits).toBe(1);

    worker.send(STOP);
    expect(await worker.exited).toBe(0);
    expect(worker.records.at(-1)?.entry).toEqual({ type: 'exited', reason: 'stopped', detail: 'done' });
    expect(worker.records.map((record) => record.seq)).toEqual(worker.records.map((_, index) => index + 1));
    expect(await stage.processes()).toEqual([]);
    expect([...stage.egress.authorizations]).toEqual([]);
  });

  test('waits for an answer, takes a secret meanwhile, and reworks after feedback', async () => {
    const secret = 'gr33ting-k3y/with+signs';
    const question = Promise.withResolvers<string>();
    const dependency = Promise.withResolvers<string>();
    stage = await openWorkerStage({
      mcp: ({ tool }) =>
        tool === 'ask_question' ? question.promise : tool === 'request_dependency' ? dependency.promise : 'ok',
    });
    const worker = stage.start({ prompt: phasePrompt('develop') });

    await worker.waitFor('tool_call', (call) => call.tool === 'mcp__codex__ask_question');
    question.resolve('{"answer":["Formal"]}');
    await worker.waitFor('tool_call', (call) => call.tool === 'mcp__codex__request_dependency');
    worker.send({ type: 'set_secret', id: 'k1', name: 'GREETING_API_KEY', value: secret });
    await worker.waitFor('ack', (ack) => ack.commandId === 'k1' && ack.ok);
    dependency.resolve('GREETING_API_KEY is set.');
    const first = await worker.waitFor('turn_ended');
    const results = worker.records.flatMap(({ entry }) => (entry.type === 'tool_result' ? [entry.output] : []));
    expect(results).toContain(`GREETING_API_KEY has ${secret.length} characters`);
    expect(await readFile(join(stage.checkout, 'src/greet.js'), 'utf8')).toContain('Good morning');

    const feedback = 'Changes were requested (round 1).\n\nAlmost.\n\n- src/greet.js:8 — what about an empty name?\n';
    worker.send({ type: 'message', id: 'm1', text: feedback, interrupt: false });
    worker.send({ type: 'message', id: 'm1', text: feedback, interrupt: false });
    await worker.waitFor('turn_ended', (turn) => turn !== first);
    expect(await readFile(join(stage.checkout, 'src/greet.js'), 'utf8')).toContain("name.trim() || 'there'");
    worker.send({ type: 'message', id: 'm1', text: feedback, interrupt: false });
    worker.send({ type: 'collect', id: 'c1', deliverables: [] });
    const collected = await worker.waitFor('collected');
    expect(collected).toMatchObject({ commits: 2 });
    const messages = worker.records.filter(({ entry }) => entry.type === 'user_message' && entry.commandId === 'm1');
    expect(messages).toHaveLength(1);
    const acks = worker.records.filter(({ entry }) => entry.type === 'ack' && entry.commandId === 'm1');
    // The second was sent while the first was not answered to: one acknowledgement is for both.
    expect(acks).toHaveLength(2);

    worker.send(STOP);
    expect(await worker.exited).toBe(0);
    expect(worker.text()).not.toContain(secret);
    for (const blob of stage.egress.blobs.values()) expect(blob.toString('latin1')).not.toContain(secret);
  });

  test('killed in the middle of a question, it leaves no process and goes on where it was', async () => {
    let answered = false;
    stage = await openWorkerStage({
      mcp: ({ tool }) => (tool === 'ask_question' && !answered ? new Promise<string>(() => undefined) : 'Friendly'),
    });
    const first = stage.start({ prompt: phasePrompt('develop') });
    const { sessionId } = await first.waitFor('session_started');
    await expect.poll(() => stage.mcp.calls.at(-1)?.tool, { timeout: 20_000 }).toBe('ask_question');
    // Claude Code keeps its transcript a moment after it acts; what is lost of it is done again.
    await expect.poll(() => stage.transcript(sessionId), { timeout: 10_000 }).toContain('mcp__codex__ask_question');
    first.kill('SIGKILL');
    expect(await first.exited).toBe('SIGKILL');
    await expect.poll(() => stage.processes(), { timeout: 10_000 }).toEqual([]);

    answered = true;
    const second = stage.start({ epoch: 2, resumeSessionId: sessionId, prompt: 'You were interrupted. Continue.' });
    const session = await second.waitFor('session_started');
    expect(session).toMatchObject({ sessionId, resumed: true });
    await second.waitFor('turn_ended', (turn) => turn.result.includes('handed over'));
    const tools = stage.mcp.calls.map((call) => call.tool);
    expect(tools.filter((tool) => tool === 'complete_phase')).toHaveLength(1);
    expect(tools.filter((tool) => tool === 'report_progress')).toHaveLength(2);
    expect(tools.filter((tool) => tool === 'ask_question')).toHaveLength(2);
    expect(await stage.git('log', '--format=%s', '-1')).toContain('Greet visitors by the time of day');
    second.send(STOP);
    expect(await second.exited).toBe(0);
  });

  test('ends itself when nobody is heard for the orphan time, and not before', async () => {
    stage = await openWorkerStage();
    const worker = stage.start({ orphanTimeoutMs: 4_000 });
    const pinging = setInterval(() => worker.send({ type: 'ping' }), 300);
    await worker.waitFor('turn_ended');
    // What an agent holds is measured by its runtime: a supervisor at rest looks at no other process.
    expect(await worker.waitFor('heartbeat', ({ busy }) => !busy)).toEqual({ type: 'heartbeat', busy: false });
    expect(worker.records.some(({ entry }) => entry.type === 'exited')).toBe(false);
    clearInterval(pinging);
    expect(await worker.exited).toBe(1);
    expect(worker.records.at(-1)?.entry).toMatchObject({ type: 'exited', reason: 'orphaned' });
    expect(await stage.processes()).toEqual([]);
  });

  test('ends itself when no start command comes, but waits while one is announced', async () => {
    stage = await openWorkerStage();
    const worker = startWorkerProcess({ CODEX_START_TIMEOUT_MS: '2500' });
    const pinging = setInterval(() => worker.send({ type: 'ping' }), 300);
    await sleep(4_000);
    expect(worker.records).toEqual([]);
    clearInterval(pinging);
    expect(await worker.exited).toBe(1);
    expect(worker.records.map(({ entry }) => entry)).toEqual([
      { type: 'exited', reason: 'orphaned', detail: 'no start command came for 2500 ms' },
    ]);
  });

  test('says why it does not start', async () => {
    stage = await openWorkerStage();
    const failures = [
      { changes: {}, environment: { ANTHROPIC_API_KEY: 'sk-ant-x' }, check: 'environment' },
      { changes: { resumeSessionId: '00000000-0000-4000-8000-000000000000' }, environment: {}, check: 'resume' },
      { changes: { secrets: { 'BAD NAME': 'value-of-it' } }, environment: {}, check: 'secrets' },
    ];
    for (const { changes, environment, check } of failures) {
      const worker = stage.start(changes, environment);
      expect(await worker.waitFor('preflight_failed')).toMatchObject({ check });
      expect(await worker.exited).toBe(1);
      expect(worker.text()).not.toContain('sk-ant-x');
    }
    const notStarted = startWorkerProcess();
    notStarted.send({ type: 'ping' });
    notStarted.send({ type: 'interrupt', id: 'i1' });
    expect(await notStarted.waitFor('preflight_failed')).toMatchObject({ check: 'start' });
    const { paths } = stage.startCommand() as { paths: { checkout: string; home: string; egressSocket: string } };
    const noEgress = stage.start({ paths: { ...paths, egressSocket: join(stage.folder, 'nobody.sock') } });
    expect(await noEgress.waitFor('preflight_failed')).toMatchObject({ check: 'egress' });
    const file = join(stage.folder, 'file');
    await writeFile(file, '');
    const noHome = stage.start({ paths: { ...paths, home: join(file, 'home') } });
    expect(await noHome.waitFor('preflight_failed')).toMatchObject({ check: 'home' });
  });
});

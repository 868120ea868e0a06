import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEntry } from '@claude-codex/contracts/worker/protocol';
import { type ModelScript, textAnswer } from '@claude-codex/testing/scripted-model';
import type { WorkerProcess } from '@claude-codex/testing/worker/worker-process';
import { openWorkerStage, type WorkerStage } from '@claude-codex/testing/worker/worker-stage';
import { afterEach, describe, expect, test } from 'vitest';

const call = (id: string, name: string, input: Record<string, unknown>) => ({ text: '', calls: [{ id, name, input }] });
const agent = (id: string, prompt: string) =>
  call(id, 'Agent', { description: `write ${id}`, prompt, subagent_type: 'general-purpose' });
const entries = (worker: WorkerProcess) => worker.records.map(({ entry }) => entry);
const ofType = <Type extends JournalEntry['type']>(worker: WorkerProcess, type: Type) =>
  entries(worker).filter((entry): entry is Extract<JournalEntry, { type: Type }> => entry.type === type);

/** An agent that starts what `begin` says and ends its turn at once; its sub-agents write a file after a while. */
function script(begin: ModelScript): ModelScript {
  return (step, conversation, headers) => {
    const sub = /SUB (\w+) (\d)/.exec(conversation.prompts.join(' '));
    if (sub === null) return begin(step, conversation, headers);
    const command = `sleep ${sub[2]}; echo ${sub[1]} > ${sub[1]}.txt`;
    return step === 0 ? call(`toolu_in_${sub[1]}`, 'Bash', { command, description: 'x' }) : textAnswer('written');
  };
}

describe('a turn', { timeout: 90_000 }, () => {
  let stage: WorkerStage;
  afterEach(() => stage.close());

  async function run(begin: ModelScript): Promise<WorkerProcess> {
    stage = await openWorkerStage({ model: script(begin) });
    return stage.start();
  }
  const written = (name: string) => readFile(join(stage.checkout, name), 'utf8');

  test('is over when its sub-agent is, whose words and cost are its own', async () => {
    const worker = await run((step) => (step === 0 ? agent('toolu_a', 'SUB one 3') : textAnswer('I wait for it.')));
    const turn = await worker.waitFor('turn_ended');
    expect(await written('one.txt')).toBe('one\n');
    expect(turn.waited).toMatchObject([{ kind: 'agent', what: 'write toolu_a', cutShort: false }]);
    expect(ofType(worker, 'turn_ended')).toHaveLength(1);
    const inside = entries(worker).filter((entry) => 'within' in entry && entry.within === 'toolu_a');
    expect(inside.map(({ type }) => type)).toEqual(['tool_call', 'tool_result', 'assistant_text']);
    expect(ofType(worker, 'subagent_ended')).toMatchObject([
      { toolUseId: 'toolu_a', status: 'completed', toolCalls: 1 },
    ]);
    expect(ofType(worker, 'subagent_ended')[0]?.tokens).toBeGreaterThan(0);
    expect(ofType(worker, 'background').map(({ running }) => running.length)).toEqual([1, 0]);
  });

  test('says who its sub-agent is, by the name under which its calls of the model are counted', async () => {
    const callers: unknown[] = [];
    stage = await openWorkerStage({
      model: (step, conversation, headers) => {
        callers.push(headers['x-claude-code-agent-id'] ?? null);
        return script((at) => (at === 0 ? agent('toolu_a', 'SUB one 0') : textAnswer('I wait.')))(
          step,
          conversation,
          headers,
        );
      },
    });
    const worker = await stage.start();
    await worker.waitFor('turn_ended');
    const [started] = ofType(worker, 'subagent_started');
    expect(started).toMatchObject({ toolUseId: 'toolu_a' });
    expect(callers.filter((caller) => caller === started?.subAgentId)).toHaveLength(2);
    expect(callers.filter((caller) => caller === null).length).toBe(callers.length - 2);
  });

  test.each([
    [
      'a shell in the background',
      (step: number) =>
        step === 0
          ? call('toolu_b', 'Bash', { command: 'sleep 3; echo x > x.txt', description: 'bg', run_in_background: true })
          : textAnswer('I wait.'),
      'command',
    ],
    [
      'a monitor',
      (step: number) =>
        step === 0
          ? call('toolu_m', 'Monitor', {
              command: 'sleep 1; echo tick; sleep 2; echo x > x.txt',
              description: 'watch',
              timeout_ms: 20_000,
            })
          : textAnswer('I wait.'),
      'command',
    ],
    [
      'a shell that ends before the agent does',
      (step: number) =>
        step === 0
          ? call('toolu_b', 'Bash', { command: 'sleep 1; echo x > x.txt', description: 'bg', run_in_background: true })
          : step === 1
            ? call('toolu_c', 'Bash', { command: 'sleep 2', description: 'wait' })
            : textAnswer('I wait.'),
      null,
    ],
  ])('is over when %s is', async (_name, begin, kind) => {
    const worker = await run(begin);
    const turn = await worker.waitFor('turn_ended');
    expect(await written('x.txt')).toBe('x\n');
    if (kind !== null) expect(turn.waited).toMatchObject([{ kind }]);
    expect(ofType(worker, 'turn_ended')).toHaveLength(1);
  });

  test('waits for several side by side', async () => {
    const worker = await run((step) => {
      if (step > 0) return textAnswer('I wait.');
      return {
        text: '',
        calls: [agent('toolu_a', 'SUB one 2'), agent('toolu_b', 'SUB two 4')].flatMap(({ calls }) => calls),
      };
    });
    const turn = await worker.waitFor('turn_ended');
    expect(await Promise.all(['one.txt', 'two.txt'].map(written))).toEqual(['one\n', 'two\n']);
    expect(turn.waited?.map(({ what }) => what)).toEqual(['write toolu_a', 'write toolu_b']);
    expect(ofType(worker, 'turn_ended')).toHaveLength(1);
  });

  test('takes a message while it only waits, and goes on waiting', async () => {
    const worker = await run((step) => (step === 0 ? agent('toolu_a', 'SUB one 5') : textAnswer('I wait.')));
    await worker.waitFor('assistant_text', ({ text }) => text === 'I wait.');
    worker.send({ type: 'message', id: 'm1', text: 'And hurry.', interrupt: false });
    await worker.waitFor('ack', ({ commandId }) => commandId === 'm1');
    expect(ofType(worker, 'turn_ended')).toHaveLength(0);
    await worker.waitFor('turn_ended');
    expect(await written('one.txt')).toBe('one\n');
  });

  test('that is interrupted ends what it started', async () => {
    const worker = await run((step) =>
      step === 0
        ? agent('toolu_a', 'SUB one 9')
        : step === 1
          ? call('toolu_s', 'Bash', { command: 'sleep 60', description: 's' })
          : textAnswer('Stopped.'),
    );
    await worker.waitFor('tool_call', ({ toolUseId }) => toolUseId === 'toolu_s');
    worker.send({ type: 'interrupt', id: 'i1' });
    await worker.waitFor('turn_ended');
    expect(ofType(worker, 'background').at(-1)?.running).toEqual([]);
  });
});

import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkerDocument } from '@claude-codex/contracts/worker/protocol';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { openWorkerStage, type WorkerStage } from '@claude-codex/testing/worker/worker-stage';
import { afterEach, describe, expect, test } from 'vitest';

const STOP = { type: 'stop', id: 'stop', reason: 'done' } as const;

function plan(text: string, place: WorkerDocument['place'] = 'checkout'): WorkerDocument {
  return { place, path: 'PLAN.md', base64: Buffer.from(text).toString('base64') };
}

describe('documents that go with what an agent is told', { timeout: 60_000 }, () => {
  let stage: WorkerStage;
  afterEach(() => stage.close());

  test('are its files before it reads the words, and none changes while it works', async () => {
    stage = await openWorkerStage({
      model: (step, { prompts }) => {
        if (prompts.length === 1 && step === 0)
          return bashAnswer(0, 'cat PLAN.md "$HOME/documents/PLAN.md"; touch begun; sleep 3; cat PLAN.md');
        if (prompts.length === 2 && step === 1) return bashAnswer(1, 'cat PLAN.md');
        return textAnswer('I read it.');
      },
    });
    const worker = stage.start({ documents: [plan('first\n'), plan('beside\n', 'home')] });
    expect(await worker.waitFor('supervisor_started')).toMatchObject({ putsDocuments: true });
    await worker.waitFor('tool_call');
    worker.send({ type: 'message', id: 'm1', text: 'Anew.', interrupt: false, documents: [plan('second\n')] });
    const first = await worker.waitFor('tool_result');
    expect(first.output).toBe('first\nbeside\nfirst');
    const second = await worker.waitFor('tool_result', (result) => result !== first);
    expect(second.output).toBe('second');
    worker.send(STOP);
    expect(await worker.exited).toBe(0);
  });

  test('are in the words when they cannot be files', async () => {
    stage = await openWorkerStage({ model: () => textAnswer('I read it.') });
    await mkdir(join(stage.checkout, 'PLAN.md'));
    const worker = stage.start({ prompt: 'Go on.', documents: [plan('the plan\n'), plan('beside\n', 'home')] });
    const { text } = await worker.waitFor('user_message');
    expect(text).toMatch(
      /^Go on\.\n\nPLAN\.md could not be written as a file \(.+\)\. It holds:\n<document>\nthe plan\n/,
    );
    expect(await readFile(join(stage.home, 'documents/PLAN.md'), 'utf8')).toBe('beside\n');
    worker.send(STOP);
    await worker.exited;
  });

  test('do not keep a message that was the prompt from being known as told', async () => {
    stage = await openWorkerStage({ model: () => textAnswer('I read it.') });
    const worker = stage.start({ prompt: 'Go on.', promptId: 'm1', documents: [plan('the plan\n')] });
    await worker.waitFor('ack', (ack) => ack.commandId === 'm1' && ack.ok);
    worker.send({ type: 'message', id: 'm1', text: 'Go on.', interrupt: false, documents: [plan('the plan\n')] });
    await worker.waitFor('turn_ended');
    worker.send(STOP);
    await worker.exited;
    expect(worker.records.filter(({ entry }) => entry.type === 'user_message')).toHaveLength(1);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf, streamOf } from '@claude-codex/contracts';
import { questionDecider, type ReviewCommand, reviewDecider, taskDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

const ASK =
  '[USER_QUESTION]\ncategory: technical\nquestion: Which store?\noptions: [Postgres, Redis]\n[/USER_QUESTION]';
const COMMENT = {
  commentId: newId(),
  path: 'PLAN.md',
  side: 'new' as const,
  startLine: 1,
  endLine: 1,
  quote: '# Mine',
};

describe('an agent that begins anew', { timeout: 180_000 }, () => {
  it('is told what people said to the one before, and has their text as its file', async () => {
    let second: string | undefined;
    const house = await openHouse(
      (step, { prompts, system }) => {
        if (system.includes('planning-1-a2')) {
          [second] = prompts;
          return step === 0
            ? bashAnswer(0, '(cat PLAN.md || echo none) > s.tmp; mv s.tmp seen.txt')
            : textAnswer('I read it.');
        }
        if (!prompts.join('\n').includes('Answer to your question')) return textAnswer(ASK);
        if (step === 0) return bashAnswer(0, 'echo "# Mine" > PLAN.md; git add -A; git commit -qm Plan');
        return textAnswer('Done.\n=== PHASE plan COMPLETE ===');
      },
      { workflow: 'plan-only' },
    );
    const taskId = await house.createOne();
    const { stream: question } = await house.until('QuestionAsked');
    const answer = { choices: ['Postgres'], text: 'We know it well.' };
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: question,
      decider: questionDecider,
      command: { type: 'AnswerQuestion', answer, by: 'person' },
    });
    const { stream: review } = await house.until('ReviewCreated');
    const decide = (command: ReviewCommand) =>
      handleCommand(house.store, { ...house.envelope(), stream: review, decider: reviewDecider, command });
    await decide({ type: 'AddComment', comment: { ...COMMENT, body: 'Name the tables.' } });
    const text = '# The plan of a person\r\n';
    const { blobId, bytes } = await house.blobs.put(Buffer.from(text), { maxBytes: 1_000 });
    await decide({ type: 'ReviseDocument', deliverable: { path: 'PLAN.md', blobId, bytes, sha256: blobId } });
    for (const command of [{ type: 'CancelTask', reason: '' }, { type: 'RetryTask' }] as const)
      await handleCommand(house.store, {
        ...house.envelope(),
        stream: streamOf('task', taskId),
        decider: taskDecider,
        command,
      });

    await waitFor('the second agent', () => second, { timeoutMs: 60_000 });
    expect(second).toContain('Which store?');
    expect(second).toContain('Postgres\nWe know it well.');
    expect(second).toContain('- PLAN.md:1 — Name the tables.\n  > # Mine');
    expect(second).toContain('# The plan of a person');
    const checkout = join(house.root, 'instances', idOf((await house.last('InstanceQueued')).stream), 'checkout');
    const seen = join(checkout, 'seen.txt');
    await waitFor('it to have read the file', () => existsSync(seen), { timeoutMs: 60_000 });
    expect(readFileSync(seen, 'utf8')).toBe(text);
  });
});

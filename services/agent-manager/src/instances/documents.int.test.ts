import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { idOf } from '@claude-codex/contracts';
import { type ReviewCommand, reviewDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { waitFor } from '@claude-codex/testing';
import { signalFamily } from '@claude-codex/testing/process-family';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

afterEach(closeHouses);

const LONG = `# The plan of a person\n${'- one more step\n'.repeat(4_000)}the last line`;
const DONE = (phase: string) => textAnswer(`Done.\n=== PHASE ${phase} COMPLETE ===`);

function startedFor(instanceId: string, pid: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').includes(`CODEX_WORKER=${instanceId}.`);
  } catch {
    return false; // it has ended
  }
}

describe('a document a person wrote', { timeout: 180_000 }, () => {
  it('is a file of whoever works on from it, whole, and no part of a change', async () => {
    let told = '';
    const house = await openHouse(
      (step, { prompts, system }) => {
        if (system.includes('work-1-a1')) {
          told = prompts[0] ?? '';
          const path = /\S+\/documents\/PLAN\.md/.exec(told)?.[0] ?? 'none';
          if (step === 0) return bashAnswer(0, `tail -c 13 ${path} > seen.txt; git add seen.txt; git commit -qm Work`);
          return DONE('develop');
        }
        const designs = prompts.at(-1)?.includes('Phase: design') === true;
        if (!designs) return step === 0 ? bashAnswer(0, 'echo "# Mine" > PLAN.md') : DONE('plan');
        return step === 1
          ? bashAnswer(1, 'cp PLAN.md s.tmp; mv s.tmp seen.txt; echo "# Design" > DESIGN.md')
          : DONE('design');
      },
      { workflow: 'plan-design-develop' },
    );
    await house.createOne();
    const { stream } = await house.until('ReviewCreated');
    const planner = idOf((await house.until('InstanceQueued')).stream);
    const decide = (command: ReviewCommand) =>
      handleCommand(house.store, { ...house.envelope(), stream, decider: reviewDecider, command });
    const { blobId, bytes } = await house.blobs.put(Buffer.from(LONG), { maxBytes: 100_000 });
    await decide({ type: 'ReviseDocument', deliverable: { path: 'PLAN.md', blobId, bytes, sha256: blobId } });
    await decide({ type: 'ApproveReview', note: '', merge: null });

    const seen = join(house.root, 'instances', planner, 'checkout', 'seen.txt');
    await waitFor('the planner to have read it', () => existsSync(seen), { timeoutMs: 60_000 });
    expect(readFileSync(seen, 'utf8')).toBe(LONG);

    const changed = await waitFor(
      'the change',
      async () =>
        (await house.events()).find((event) => event.type === 'AttemptCompleted' && event.data.phase === 'develop'),
      { timeoutMs: 60_000 },
    );
    expect(told).toContain('Document PLAN.md');
    expect(told).not.toContain('one more step');
    const coder = join(house.root, 'instances', idOf((await house.last('InstanceQueued')).stream), 'checkout');
    expect(readFileSync(join(coder, 'seen.txt'), 'utf8')).toBe('the last line');
    expect(changed.data).toMatchObject({ changes: { filesChanged: 1 } });
    // What woke the planner reached it once.
    const prompts = (await house.journal.read(planner, { limit: 1_000 })).filter(
      ({ record }) => record.entry.type === 'user_message',
    );
    expect(prompts).toHaveLength(2);
  });

  it('is told once to an agent that was lost meanwhile and continues with it', async () => {
    const house = await openHouse(
      (step, { prompts }) => {
        const revised = prompts.at(-1)?.startsWith('Changes were requested') === true;
        if (!revised) return step === 0 ? bashAnswer(0, 'echo "# Mine" > PLAN.md') : DONE('plan');
        return step === 1 ? bashAnswer(1, 'cp PLAN.md s.tmp; mv s.tmp seen.txt') : textAnswer('I read it.');
      },
      { workflow: 'plan-only' },
    );
    await house.createOne();
    const { stream } = await house.until('ReviewCreated');
    const planner = idOf((await house.until('InstanceQueued')).stream);
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && startedFor(planner, name));
    for (const pid of pids) signalFamily(Number(pid), 'SIGKILL');
    await house.until('InstanceLost');
    const { blobId, bytes } = await house.blobs.put(Buffer.from('of a person'), { maxBytes: 1_000 });
    const deliverable = { path: 'PLAN.md', blobId, bytes, sha256: blobId };
    for (const command of [
      { type: 'ReviseDocument', deliverable },
      { type: 'RequestChanges', summary: 'Go on from mine.' },
    ] as const)
      await handleCommand(house.store, { ...house.envelope(), stream, decider: reviewDecider, command });

    const seen = join(house.root, 'instances', planner, 'checkout', 'seen.txt');
    await waitFor('it to have read the file', () => existsSync(seen), { timeoutMs: 60_000 });
    expect(readFileSync(seen, 'utf8')).toBe('of a person');
    // By the end of its turn a second copy would have come.
    await waitFor('its next hand-over', async () => (await house.count('ReviewCreated')) === 2, { timeoutMs: 60_000 });
    const heard = (await house.journal.read(planner, { limit: 1_000 })).flatMap(({ record: { entry } }) =>
      entry.type === 'user_message' && entry.text.includes('Go on from mine.') ? [entry.text] : [],
    );
    expect(heard).toHaveLength(1);
    expect(await house.count('MessageDelivered')).toBe(1);
  });
});

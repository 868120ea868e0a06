import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { reviewDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

const LONG = { timeoutMs: 150_000 };

let elsewhere = '';
afterEach(async () => {
  await closeHouses();
  rmSync(elsewhere, { recursive: true, force: true });
});

describe('an agent whose host is gone', { timeout: 360_000 }, () => {
  it('goes on where nothing of it lies, with its session and its work as they were last saved', async () => {
    elsewhere = mkdtempSync(join(tmpdir(), 'codex-other-host-'));
    chmodSync(elsewhere, 0o755);
    // By the results of tools so far: that there is one when the second round begins is what the transcript tells.
    const house = await openHouse((step, { prompts }) => {
      const again = prompts.join('\n').includes('Once more, please.');
      if (step === 0) return bashAnswer(0, 'echo first line > work.txt; git add -A; git commit -qm One');
      if (step === 1 && again) return bashAnswer(1, 'echo second line >> work.txt; git commit -qam Two');
      return textAnswer('=== PHASE develop COMPLETE ===');
    });
    await house.createOne();
    await waitFor('the first round', async () => (await house.count('ReviewCreated')) === 1, LONG);
    const review = await house.last('ReviewCreated');
    const { sessionId } = (await house.last('InstanceAttached')).data;
    await house.manager.stop();
    rmSync(join(house.root, 'instances'), { recursive: true });

    await house.startManager('elsewhere', 1, elsewhere);
    await handleCommand(house.store, {
      ...house.envelope(),
      stream: review.stream,
      decider: reviewDecider,
      command: { type: 'RequestChanges', summary: 'Once more, please.' },
    });
    await waitFor('the second round', async () => (await house.count('ReviewCreated')) === 2, LONG);
    expect((await house.last('InstanceAttached')).data).toMatchObject({ sessionId, resumed: true });
    const { instanceId, changes } = (await house.last('AttemptCompleted')).data;
    expect(changes?.commits.map(({ subject }) => subject)).toEqual(expect.arrayContaining(['One', 'Two']));
    const file = join(elsewhere, 'instances', instanceId, 'checkout', 'work.txt');
    expect(readFileSync(file, 'utf8')).toBe('first line\nsecond line\n');
  });

  it('in the middle of its work goes on from the end of its last turn, and the activity says what is lost', async () => {
    elsewhere = mkdtempSync(join(tmpdir(), 'codex-other-host-'));
    chmodSync(elsewhere, 0o755);
    const house = await openHouse(
      (step, { prompts }) => {
        if (step === 0) return bashAnswer(0, 'echo first line > work.txt; git add -A; git commit -qm One');
        // The document is missing, so the end of the turn is no hand-over, and what it left behind is saved.
        return prompts.length === 1 ? textAnswer('Let me think.') : bashAnswer(step, 'sleep 300');
      },
      { workflow: 'plan-only' },
    );
    await house.createOne();
    await waitFor('the checkpoint', async () => (await house.count('CheckpointSaved')) === 1, LONG);
    const { data: saved } = await house.last('CheckpointSaved');
    expect(saved).toMatchObject({ reason: 'a turn ended', bundleBlobId: expect.any(String) });
    await house.manager.stop();
    rmSync(join(house.root, 'instances'), { recursive: true });

    await house.startManager('elsewhere', 1, elsewhere);
    await waitFor('the second start', async () => (await house.count('InstanceAttached')) === 2, {
      timeoutMs: 150_000,
    });
    expect((await house.last('InstanceAttached')).data).toMatchObject({ sessionId: saved.sessionId, resumed: true });
    const { data: lost, stream } = await house.last('InstanceLost');
    expect(lost.reason).toMatch(/^the host it worked on does not answer. It goes on from what was saved at .*is lost$/);
    const file = join(elsewhere, 'instances', stream.replace('instance-', ''), 'checkout', 'work.txt');
    expect(readFileSync(file, 'utf8')).toBe('first line\n');
  });
});

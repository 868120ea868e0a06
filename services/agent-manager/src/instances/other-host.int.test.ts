import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { questionDecider, reviewDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { waitFor } from '@claude-codex/testing';
import { bashAnswer, textAnswer } from '@claude-codex/testing/scripted-model';
import { afterEach, describe, expect, it } from 'vitest';
import { closeHouses, openHouse } from './house.fixture.ts';

const ASK =
  '[USER_QUESTION]\ncategory: technical\nquestion: Which store?\noptions: [Postgres, Redis]\n[/USER_QUESTION]';
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
    expect(lost.reason).toMatch(
      /^the host it worked on \(codex-agents-\w+\) does not answer. It goes on from what was saved at .*is lost$/,
    );
    const file = join(elsewhere, 'instances', stream.replace('instance-', ''), 'checkout', 'work.txt');
    expect(readFileSync(file, 'utf8')).toBe('first line\n');
  });

  it('while it waited for a person in the middle of its turn, goes on with the answer, its session and its work', async () => {
    elsewhere = mkdtempSync(join(tmpdir(), 'codex-other-host-'));
    chmodSync(elsewhere, 0o755);
    const heard: string[] = [];
    const house = await openHouse((step, { prompts, results }) => {
      if (step === 0)
        return bashAnswer(0, 'echo first line > work.txt; git add -A; git commit -qm One; echo draft > b.txt');
      if (prompts.join('\n').includes('Postgres')) {
        heard.push(...prompts);
        if (results.has('toolu_test_9')) return textAnswer('=== PHASE develop COMPLETE ===');
        return bashAnswer(9, 'echo second line >> work.txt; git add -A; git commit -qm Two');
      }
      if (prompts.length > 1) return textAnswer('I still wait for the answer.');
      return { ...bashAnswer(1, 'sleep 300'), text: ASK };
    });
    await house.createOne();
    const { stream } = await house.until('QuestionAsked');
    await waitFor('the checkpoint', async () => (await house.count('CheckpointSaved')) === 1, LONG);
    const { sessionId } = (await house.last('CheckpointSaved')).data;
    const { instanceId } = (await house.last('QuestionAsked')).data;
    const checkedOut = join(house.root, 'instances', instanceId, 'checkout');
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'safe.directory=*', '-C', checkedOut, ...args], { encoding: 'utf8' });
    // Nobody can see in its repository that it was looked at.
    expect([git('status', '--porcelain'), git('log', '-1', '--format=%s')]).toEqual(['?? b.txt\n', 'One\n']);
    await house.manager.stop();
    rmSync(join(house.root, 'instances'), { recursive: true });

    await house.startManager('elsewhere', 1, elsewhere);
    await waitFor('the second start', async () => (await house.count('InstanceAttached')) === 2, LONG);
    expect((await house.last('InstanceAttached')).data).toMatchObject({ sessionId, resumed: true });
    await handleCommand(house.store, {
      ...house.envelope(),
      stream,
      decider: questionDecider,
      command: { type: 'AnswerQuestion', answer: { choices: ['Postgres'], text: '' }, by: 'person' },
    });
    await waitFor('the hand-over', async () => (await house.count('ReviewCreated')) === 1, LONG);
    expect(heard.join('\n')).toContain('Phase: develop');
    const checkout = join(elsewhere, 'instances', instanceId, 'checkout');
    expect(readFileSync(join(checkout, 'work.txt'), 'utf8')).toBe('first line\nsecond line\n');
    expect(readFileSync(join(checkout, 'b.txt'), 'utf8')).toBe('draft\n');
  });

  it('comes back to a host where it was before with what it did elsewhere, not with what lies there', async () => {
    elsewhere = mkdtempSync(join(tmpdir(), 'codex-other-host-'));
    chmodSync(elsewhere, 0o755);
    const house = await openHouse((step, { prompts }) => {
      const again = prompts.join('\n').includes('Once more, please.');
      if (step === 0) return bashAnswer(0, 'echo first line > work.txt; git add -A; git commit -qm One');
      if (step === 1 && again) return bashAnswer(1, 'echo second line >> work.txt; git commit -qam Two');
      if (step === 2 && prompts.join('\n').includes('And once more.')) return bashAnswer(2, 'sleep 300');
      return textAnswer('=== PHASE develop COMPLETE ===');
    });
    await house.createOne();
    const askAgain = async (summary: string) =>
      await handleCommand(house.store, {
        ...house.envelope(),
        stream: (await house.last('ReviewCreated')).stream,
        decider: reviewDecider,
        command: { type: 'RequestChanges', summary },
      });
    await waitFor('the first round', async () => (await house.count('ReviewCreated')) === 1, LONG);
    await house.manager.stop();
    const other = await house.startManager('elsewhere', 1, elsewhere);
    await askAgain('Once more, please.');
    await waitFor('the second round', async () => (await house.count('ReviewCreated')) === 2, LONG);
    await other.stop();

    await house.startManager('back', 1);
    await askAgain('And once more.');
    await waitFor('the third start', async () => (await house.count('InstanceAttached')) === 3, LONG);
    const starts = (await house.events()).filter(({ type }) => type === 'InstanceStarting');
    const { instanceId } = (await house.last('AttemptCompleted')).data;
    expect(starts.map(({ data }) => data)).toMatchObject([{ epoch: 1 }, { epoch: 2 }, { epoch: 3 }]);
    const lost = (await house.events()).filter(({ type }) => type === 'InstanceLost');
    expect(lost.map(({ data }) => data)).toMatchObject([{ cause: 'host_lost' }, { cause: 'host_lost' }]);
    const file = join(house.root, 'instances', instanceId, 'checkout', 'work.txt');
    expect(readFileSync(file, 'utf8')).toBe('first line\nsecond line\n');
  });

  it('waits for its own host while that one may come back', async () => {
    elsewhere = mkdtempSync(join(tmpdir(), 'codex-other-host-'));
    chmodSync(elsewhere, 0o755);
    const house = await openHouse((step) => bashAnswer(step, 'sleep 300'));
    await house.createOne();
    await house.until('InstanceAttached');
    await house.startManager('elsewhere', 1, elsewhere);
    await house.manager.stop();
    await new Promise((resolve) => setTimeout(resolve, 5_000));
    expect(await house.count('InstanceLost')).toBe(0);
    await house.startManager('back', 1);
    await waitFor('its own host to go on', async () => (await house.count('InstanceStarting')) === 2, LONG);
    const starts = (await house.events()).flatMap((event) => (event.type === 'InstanceStarting' ? [event.data] : []));
    expect(starts.map(({ hostId }) => hostId)).toEqual([starts[0]?.hostId, starts[0]?.hostId]);
    expect((await house.last('InstanceLost')).data.cause).not.toBe('host_lost');
  });
});

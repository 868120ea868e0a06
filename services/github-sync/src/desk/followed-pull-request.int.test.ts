import { streamOf } from '@claude-codex/contracts';
import { pullRequestDecider } from '@claude-codex/domain';
import { taskData } from '@claude-codex/domain/spec/samples';
import { loadState } from '@claude-codex/eventing';
import { ForgeGone } from '@claude-codex/forges/remote-forge';
import { systemClock } from '@claude-codex/service-kit/clock';
import { waitFor } from '@claude-codex/testing/wait-for';
import { describe, expect, it } from 'vitest';
import {
  answers,
  append,
  asked,
  CHECKS,
  desk,
  ID,
  PLACE,
  REPOSITORY,
  STREAM,
  seen,
  status,
  store,
  TASK,
  types,
  UNSAID,
  until,
  useDesk,
} from './desk.fixture.ts';

useDesk();

describe('a pull request that is open', () => {
  it('merged or closed there is so here', async () => {
    answers.look = async () => ({ state: 'merged', mergeSha: 'theirs', checks: null, ...UNSAID });
    desk.wake([ID]);
    await seen('PullRequestMerged');
    expect((await store.readStream(STREAM)).at(-1)?.data).toMatchObject({ mergeSha: 'theirs' });
  });

  describe('closed and opened again there', () => {
    const TASK_STREAM = streamOf('task', TASK);
    const closed = async () => {
      answers.look = async () => ({ state: 'closed', checks: null, ...UNSAID });
      desk.wake([ID]);
      await seen('PullRequestClosed');
      const { workflow } = taskData;
      for (const { name: phase } of workflow.phases)
        await append(TASK_STREAM, 'PhaseApproved', { phase, reviewId: null, instanceId: null });
    };
    const reopen = () => {
      delete answers.look;
      desk.wake([ID]);
    };

    it('is open here again, and followed as before', async () => {
      await closed();
      await append(TASK_STREAM, 'TaskCancelled', { reason: 'It was closed there.' });
      reopen();
      await seen('PullRequestReopened');
      expect(await status()).toBe('open');
      await seen('PullRequestChecked');
      answers.look = async () => ({ state: 'closed', checks: null, ...UNSAID });
      await waitFor('the next closing', async () => (await status()) === 'closed' || null);
      expect(await types()).toEqual([
        ...['PullRequestOpened', 'PullRequestPublished', 'PullRequestClosed', 'PullRequestReopened'],
        ...['PullRequestChecked', 'PullRequestClosed'],
      ]);
    });

    it('is heard without anybody telling of it, also after it could not be seen', async () => {
      await closed();
      let looks = 0;
      answers.look = async () => {
        looks += 1;
        throw looks === 1 ? new ForgeGone('forge_credential_refused', 'Not connected.') : new Error('404');
      };
      await waitFor('looks', () => looks > 1 || null);
      expect(await types(TASK_STREAM)).not.toContain('TaskHeldBack');
      delete answers.look;
      await seen('PullRequestReopened');
    });

    it.each([
      ['deleted', ['TaskCancelled', 'TaskDeleted'], 'deleted'],
      ['started over', ['TaskCancelled', 'TaskRetried', 'PhaseReopened'], 'started over'],
    ] as const)('stays closed here where its task was %s, and says so once', async (_what, after, words) => {
      await closed();
      for (const type of after) {
        const again = { phase: taskData.workflow.phases.at(-1)?.name, round: 2, instanceId: null };
        const reopened = { ...again, reason: 'retry', detail: '', conflicts: [], automatic: null };
        await append(
          TASK_STREAM,
          type,
          type === 'PhaseReopened' ? reopened : type === 'TaskCancelled' ? { reason: '' } : {},
        );
      }
      const saidThere: string[] = [];
      answers.say = async (_change, text) => void saidThere.push(text);
      reopen();
      await seen('PullRequestReopened');
      await waitFor('it to be said there', () => saidThere.length > 0 || null);
      expect(saidThere[0]).toContain(words);
      expect(saidThere[0]).toContain(`https://codex.example.org/tasks/${TASK}`);
      const looks = asked.length;
      desk.wake([ID]);
      await waitFor('one more look', () => asked.length > looks || null);
      const said = (await store.readStream(STREAM)).filter(({ type }) => type === 'PullRequestReopened');
      expect(said.map(({ data }) => data)).toEqual([{ why: expect.stringContaining(words) }]);
      expect(await status()).toBe('closed');
    });
  });

  it('has what its repository allows said there, as often as that changes', async () => {
    const rules = (...mergeMethods: ('merge' | 'squash')[]) => ({ mergeMethods, deletesBranch: false });
    const stream = streamOf('repository', REPOSITORY);
    const said = async () => (await types(stream)).filter((type) => type === 'RepositoryRulesSeen').length;
    const changes = [rules('squash'), rules('merge', 'squash'), rules('squash')];
    for (const [count, now] of changes.entries()) {
      answers.look = async () => ({ state: 'open', checks: CHECKS, ...UNSAID, rules: now });
      desk.wake([ID]);
      await waitFor('what it allows now', async () => (await said()) === count + 1 || null);
    }
    const looks = asked.length;
    await waitFor('one more look', () => asked.length > looks + 1 || null);
    expect(await said()).toBe(3);
  });

  it('is called there what people call it, and goes where they want it to', async () => {
    const text = { title: 'Greet by name', draft: true, baseBranch: 'release' };
    answers.look = async () => ({ state: 'open', checks: CHECKS, ...UNSAID, text });
    desk.wake([ID]);
    await seen('PullRequestEdited');
    await waitFor('some more looks', () => asked.filter((name) => name === 'look').length > 3 || null);
    expect((await types()).filter((type) => type === 'PullRequestEdited')).toHaveLength(1);
    expect(await loadState(store, STREAM, pullRequestDecider)).toMatchObject({ title: text.title, draft: true });
  });

  it('is not said to be closed because it cannot be seen', async () => {
    desk.wake([ID]);
    await seen('PullRequestPublished');
    answers.look = () => Promise.reject(new Error('404'));
    await waitFor('a look', () => asked.includes('look') || null);
    desk.wake([ID]);
    await systemClock.sleep(300);
    expect(await status()).toBe('open');
  });

  it('sent back and then cancelled is closed there; merged there meanwhile it counts as merged', async () => {
    await append(STREAM, 'PullRequestPublished', PLACE);
    await append(STREAM, 'PullRequestClosed', { reason: '', atForge: 'stays_open' });
    desk.wake([ID]);
    await waitFor('a look', () => asked.includes('look') || null);
    expect(asked).not.toContain('withdraw');
    answers.withdraw = async () => ({ mergeSha: 'theirs' });
    await append(STREAM, 'PullRequestClosed', { reason: '', atForge: 'to_close' });
    desk.wake([ID]);
    await seen('PullRequestMerged');
  });

  it('to be closed where nobody may act any more is left there', async () => {
    await append(STREAM, 'PullRequestPublished', PLACE);
    await append(STREAM, 'PullRequestClosed', { reason: '', atForge: 'to_close' });
    answers.withdraw = () => Promise.reject(new ForgeGone('forge_credential_refused', 'Not connected.'));
    desk.wake([ID]);
    await seen('PullRequestWithdrawn');
    // What stays open there was never opened again.
    desk.wake([ID]);
    await systemClock.sleep(300);
    expect(asked).not.toContain('look');
  });

  it('that fails by a fault of ours says so after some tries', async () => {
    answers.publish = () => Promise.reject(new Error('a mistake'));
    desk.wake([ID]);
    await until('the hold', streamOf('task', TASK), 'TaskHeldBack');
    const held = (await store.readStream(streamOf('task', TASK))).at(-1);
    expect(held?.data).toMatchObject({ cause: 'forge_failing', needsPerson: true });
  }, 20_000);
});

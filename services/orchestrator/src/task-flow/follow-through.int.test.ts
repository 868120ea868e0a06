import { streamOf } from '@claude-codex/contracts';
import { pullRequestDecider, sendBack, type TaskCommand, taskDecider } from '@claude-codex/domain';
import { handleTransaction, loadState } from '@claude-codex/eventing';
import { silentLog } from '@claude-codex/testing';
import { describe, expect, it } from 'vitest';
import { house, meta, TASK, useFlowHouse } from './flow-house.fixture.ts';
import {
  all,
  checked,
  firstOffered,
  followed,
  headOf,
  offered,
  pullRequestId,
  record,
  reviewed,
} from './follow-through.fixture.ts';
import { createTaskFlow } from './task-flow.ts';

useFlowHouse();

const toTask = (command: TaskCommand) => house.run(streamOf('task', TASK), taskDecider, command);
const NOTHING = { rounds: [], stops: [] };
const line = { id: 'l', path: 'a.ts', line: 3, side: 'new' as const, body: 'Why?', url: '', threadId: null };

describe('work whose checks fail at its forge', () => {
  it('goes back to its agent by itself, with the log, in the name of nobody', async () => {
    await firstOffered();
    await checked(1, { 'ci / test': 'expected 2 to be 3' });
    await house.settle();
    const { data, meta: by } = await house.last('PhaseReopened');
    expect(data).toMatchObject({ reason: 'forge', automatic: { over: 'checks', round: 1, of: 10 } });
    expect(by.actor).toEqual({ kind: 'system', id: 'orchestrator' });
    const { text } = (await house.last('MessageSent')).data;
    expect(text).toContain('> expected 2 to be 3');
    expect(text).not.toContain('a person wants it otherwise');
    expect((await house.last('PullRequestClosed')).data.atForge).toBe('stays_open');
  });

  it('goes back once, however often that is said, and by however many at once', async () => {
    await firstOffered();
    await checked(1, { ci: 'expected 2 to be 3' });
    const event = await house.last('PullRequestChecked');
    const [one, other] = [0, 1].map(() => createTaskFlow({ store: house.store, log: silentLog }));
    await Promise.all([one?.handle(event), other?.handle(event)]);
    await house.settle();
    await checked(1, { ci: 'expected 2 to be 3, and more of it' });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['checks 1'], stops: [] });
    expect(await all('MessageSent')).toHaveLength(1);
  });

  it('waits until none of them runs, so that one round is for all that failed', async () => {
    await firstOffered();
    await checked(1, { lint: 'unused', test: null });
    await house.settle();
    expect(await followed()).toEqual(NOTHING);
    await checked(1, { lint: 'unused', test: 'expected 2 to be 3' });
    await house.settle();
    expect((await followed()).rounds).toEqual(['checks 1']);
    expect((await house.last('MessageSent')).data.text).toMatch(/unused.*expected 2 to be 3/s);
  });

  it('does not go back for the same failure again, whatever the numbers, and says so once', async () => {
    await firstOffered();
    await checked(1, { ci: '2026-01-01T10:00:00Z /tmp/a1/x.test.ts:31: timed out after 5012 ms' });
    await house.settle();
    await offered(2);
    const again = { ci: '2026-01-02T11:30:00Z /tmp/b2/x.test.ts:31: timed out after 5043 ms' };
    await checked(2, again);
    await house.settle();
    await checked(2, { ci: again.ci.replace('5043', '5099') });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['checks 1'], stops: ['same_failure'] });
  });

  it('goes back for another failure, and for the same one after people had their say', async () => {
    await firstOffered();
    await checked(1, { ci: 'timed out' });
    await house.settle();
    await offered(2);
    await checked(2, { ci: 'expected 2 to be 3' });
    await house.settle();
    await offered(3);
    await reviewed(3);
    await house.settle();
    await offered(4);
    await checked(4, { ci: 'expected 2 to be 3' });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['checks 1', 'checks 2', 'review 3', 'checks 4'], stops: [] });
  });

  it('stops after as many rounds as its repository allows, over all its pull requests', async () => {
    await firstOffered({ automatic: true, rounds: 2 });
    for (const [round, log] of [
      [1, 'one'],
      [2, 'two'],
      [3, 'three'],
    ] as const) {
      if (round > 1) await offered(round);
      await checked(round, { ci: log });
      await house.settle();
    }
    expect(await followed()).toEqual({ rounds: ['checks 1', 'checks 2'], stops: ['rounds'] });
    const { detail } = (await house.last('PullRequestFollowThroughStopped')).data;
    expect(detail).toContain('2 times');

    // A person's click is a round of theirs, and gives away no others.
    const id = await pullRequestId();
    const decide = (load: Parameters<typeof sendBack>[0]) => sendBack(load, { pullRequestId: id, text: '' });
    await handleTransaction(house.store, { commandId: 'anyway', meta, decide });
    await house.settle();
    await offered(4);
    await checked(4, { ci: 'four' });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['checks 1', 'checks 2'], stops: ['rounds', 'rounds'] });
  });
});

describe('what people say of it there', () => {
  it('goes back at once while checks run, when they ask for changes or remark on a line', async () => {
    await firstOffered();
    await checked(1, { test: null });
    await reviewed(1);
    await house.settle();
    await offered(2);
    await reviewed(2, { id: 'review-2', verdict: 'commented', body: '', comments: [line] });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['review 1', 'review 2'], stops: [] });
    expect((await house.last('MessageSent')).data.text).toContain('a.ts:3\n> Why?');
  });

  it.each([
    ['of somebody who may not write there', { mayWrite: false, comments: [line] }],
    ['that approves', { verdict: 'approved' as const }],
    ['that was dismissed', { verdict: 'dismissed' as const, comments: [line] }],
    ['that asks for nothing', { verdict: 'commented' as const }],
  ])('stays there when it is a review %s', async (_which, review) => {
    await firstOffered();
    await reviewed(1, review);
    const said = { id: 'comment-1', author: 'grace', mayWrite: true, body: 'Hm.', url: '', at: '2026-03-01T12:00:00Z' };
    await record({ type: 'RecordComment', ...said });
    await house.settle();
    expect(await followed()).toEqual(NOTHING);
  });
});

describe('a branch that somebody else pushed to', () => {
  it('is left to them, for checks and for reviews, until it is ours again', async () => {
    await firstOffered();
    await checked(9, { ci: 'theirs' });
    await reviewed(9);
    await house.settle();
    expect(await followed()).toEqual({ rounds: [], stops: ['pushed_there'] });
    expect((await house.last('PullRequestFollowThroughStopped')).data.detail).toContain(headOf(9).slice(0, 8));
    expect(await house.types()).not.toContain('MessageSent');
    await checked(1, { ci: 'ours' });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['review 1'], stops: ['pushed_there'] });
  });

  it('is not taken for theirs while its forge still tells of our commit before', async () => {
    await firstOffered();
    await checked(1, { ci: 'one' });
    await house.settle();
    await offered(2);
    await checked(1, { ci: 'one' });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['checks 1'], stops: [] });
    await checked(2, { ci: 'two' });
    await house.settle();
    expect(await followed()).toEqual({ rounds: ['checks 1', 'checks 2'], stops: [] });
  });
});

describe('nothing goes back by itself', () => {
  it.each<[string, () => Promise<void>]>([
    ['its task was cancelled', () => toTask({ type: 'CancelTask', reason: '' })],
    ['it was merged', () => record({ type: 'RecordMerge', mergeSha: 'm', strategy: 'merge' })],
    ['it was closed there', () => record({ type: 'ClosePullRequest', reason: '', atForge: 'closed' })],
  ])('once %s, although that was said before', async (_why, meanwhile) => {
    await firstOffered();
    await checked(1, { ci: 'one' });
    await meanwhile();
    await house.settle();
    expect(await followed()).toEqual(NOTHING);
    expect(await all('InstanceQueued')).toHaveLength(1);
  });

  it('where its repository says so', async () => {
    await firstOffered({ automatic: false, rounds: 10 });
    await checked(1, { ci: 'one' });
    await reviewed(1);
    await house.settle();
    expect(await followed()).toEqual(NOTHING);
  });

  it('while its task is paused, and goes back when that is resumed', async () => {
    await firstOffered();
    await toTask({ type: 'PauseTask' });
    await checked(1, { ci: 'one' });
    await house.settle();
    expect(await followed()).toEqual(NOTHING);
    await toTask({ type: 'ResumeTask' });
    await house.settle();
    expect((await followed()).rounds).toEqual(['checks 1']);
  });

  it('while it is being merged, and goes back when that fails', async () => {
    await firstOffered();
    await record({ type: 'RequestMerge', strategy: 'merge' });
    await checked(1, { ci: 'one' });
    await house.settle();
    expect(await followed()).toEqual(NOTHING);
    await record({ type: 'RecordMergeFailure', code: 'FORGE_REFUSED', detail: 'No.', conflicts: [] });
    await house.settle();
    expect((await followed()).rounds).toEqual(['checks 1']);
  });
});

it('what stopped is over when its checks run anew', async () => {
  await firstOffered({ automatic: true, rounds: 1 });
  await checked(1, { ci: 'one' });
  await house.settle();
  await offered(2);
  await checked(2, { ci: 'two' });
  await house.settle();
  const stream = streamOf('pullrequest', await pullRequestId());
  expect(await loadState(house.store, stream, pullRequestDecider)).toMatchObject({ stopped: { why: 'rounds' } });
  await checked(2, { ci: null });
  expect(await loadState(house.store, stream, pullRequestDecider)).toMatchObject({ stopped: null });
});

import { EVENT_TYPES, idOf, type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import {
  assignmentOf,
  instanceDecider,
  isInstanceEnded,
  pullRequestDecider,
  reviewDecider,
  type TaskCommand,
  taskDecider,
} from '@claude-codex/domain';
import { createSchemaRegistry, loadState } from '@claude-codex/eventing';
import { createInProcessBus } from '@claude-codex/service-kit/bus/in-process-bus';
import { createPgEventStore, type PgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import {
  agentHandsOver,
  agentStarts,
  changes,
  createdTask,
  house,
  personDecides,
  reviewOf,
  TASK,
  useFlowHouse,
} from './flow-house.fixture.ts';

let postgres: TestPostgres;
let pool: Pool;
let store: PgEventStore;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());
useFlowHouse(async () => {
  const connectionString = await postgres.createDatabase();
  pool = createPool({ connectionString, name: 'event-store' });
  const [registry, bus] = [createSchemaRegistry(EVENT_TYPES), createInProcessBus()];
  store = createPgEventStore({ pool, connectionString, registry, bus, log: silentLog });
  return store;
});
afterEach(async () => {
  await store.close();
  await pool.end();
});

const task = async () => {
  const state = await loadState(house.store, streamOf('task', TASK), taskDecider);
  if (state.status === 'none') throw new Error('there is no task');
  return state;
};
const attemptOf = async (instanceId: string) => assignmentOf((await task()).phases, instanceId);
const instance = (id: string) => loadState(house.store, streamOf('instance', id), instanceDecider);
const review = (id: string) => loadState(house.store, streamOf('review', reviewOf('develop', 1, id)), reviewDecider);
const decide = async (command: TaskCommand) => {
  await house.run(streamOf('task', TASK), taskDecider, command);
  await house.settle();
};
const all = async <T extends RecordedDomainEvent['type']>(type: T) =>
  (await house.store.readAll({ after: 0, limit: 1000 })).filter((event) => event.type === type);

/** So many agents at work on the same task. */
async function atWork(attempts: number): Promise<string[]> {
  await createdTask('develop', { attempts });
  const ids = (await all('InstanceQueued')).map(({ stream }) => idOf(stream));
  for (const id of ids) await agentStarts(id);
  return ids;
}

const head = (letter: string) => ({ ...changes, headSha: letter.repeat(40) });
const handsOver = (instanceId: string, letter: string, round = 1) =>
  agentHandsOver('develop', round, { changes: head(letter), instanceId }, `hand-over-${instanceId}-${round}`);

describe('three agents try the same phase', () => {
  it('the work of one is kept: the others stop, their reviews are withdrawn, and the task finishes with it', async () => {
    const [ada = '', bob = '', eve = ''] = await atWork(3);
    const queued = (await all('InstanceQueued')).map(({ data }) => data);
    expect(queued).toMatchObject([
      { name: 'work-1-a1', branch: 'codex/1-greet-a1' },
      { name: 'work-1-a2', branch: 'codex/1-greet-a2' },
      { name: 'work-1-a3', branch: 'codex/1-greet-a3' },
    ]);
    await handsOver(ada, 'c');
    await handsOver(bob, 'd');
    expect((await review(ada)).status).toBe('open');
    expect((await review(bob)).status).toBe('open');

    await decide({ type: 'ChooseAttempt', instanceId: bob });
    for (const id of [ada, eve]) {
      expect((await attemptOf(id))?.status).toBe('set_aside');
      expect(isInstanceEnded(await instance(id))).toBe(true);
    }
    expect((await review(ada)).status).toBe('withdrawn');
    expect((await review(bob)).status).toBe('open');
    expect(isInstanceEnded(await instance(bob))).toBe(false);
    expect((await task()).status).toBe('running');

    await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: 'merge' }, bob);
    expect((await attemptOf(bob))?.status).toBe('approved');
    const opened = await house.last('PullRequestOpened');
    expect(opened.data).toMatchObject({ branch: 'codex/1-greet-a2', headSha: 'd'.repeat(40) });
    const merged = { type: 'RecordMerge' as const, mergeSha: 'e'.repeat(40), strategy: 'merge' as const };
    await house.run(opened.stream, pullRequestDecider, merged);
    await house.settle();
    expect((await task()).status).toBe('completed');
    for (const [type, times] of [
      ['AttemptStarted', 3],
      ['AttemptSetAside', 2],
      ['ReviewWithdrawn', 1],
      ['PhaseApproved', 1],
      ['TaskCompleted', 1],
    ] as const) {
      expect([type, (await all(type)).length]).toEqual([type, times]);
    }
  });

  it('approving the work of one is keeping it', async () => {
    const [ada = '', bob = '', eve = ''] = await atWork(3);
    await handsOver(ada, 'c');
    await handsOver(bob, 'd');
    await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: null }, ada);
    expect((await task()).phases[0]).toMatchObject({ status: 'approved', chosen: ada });
    expect((await review(bob)).status).toBe('withdrawn');
    for (const id of [bob, eve]) expect(isInstanceEnded(await instance(id))).toBe(true);
    expect((await house.last('PullRequestOpened')).data.headSha).toBe('c'.repeat(40));
  });

  it('the feedback of a review reaches the agent whose work it is about, and nobody else', async () => {
    const [ada = '', bob = ''] = await atWork(3);
    await handsOver(ada, 'c');
    await handsOver(bob, 'd');
    await personDecides('develop', 1, { type: 'RequestChanges', summary: 'Shorter.' }, ada);
    const told = await all('FeedbackSent');
    expect(told.map(({ stream }) => idOf(stream))).toEqual([ada]);
    expect(await attemptOf(ada)).toMatchObject({ status: 'rework', round: 2 });
    expect(await attemptOf(bob)).toMatchObject({ status: 'in_review', round: 1 });
  });

  it('one that fails or is rejected leaves the others at work; the last one takes the task with it', async () => {
    const [ada = '', bob = '', eve = ''] = await atWork(3);
    const failure = { code: 'AGENT_FAILED', detail: 'It exited.' };
    await house.run(streamOf('instance', ada), instanceDecider, { type: 'FailInstance', ...failure });
    await house.settle();
    expect((await attemptOf(ada))?.status).toBe('set_aside');
    await handsOver(bob, 'd');
    await personDecides('develop', 1, { type: 'RejectReview', summary: 'Wrong idea.' }, bob);
    expect((await attemptOf(bob))?.status).toBe('set_aside');
    expect(isInstanceEnded(await instance(bob))).toBe(true);
    expect((await task()).status).toBe('running');
    await house.run(streamOf('instance', eve), instanceDecider, { type: 'FailInstance', ...failure });
    await house.settle();
    expect((await task()).status).toBe('failed');

    await decide({ type: 'RetryTask' });
    const again = (await all('AttemptStarted')).slice(3);
    expect(again.map(({ data }) => data)).toMatchObject([{ round: 1 }, { round: 1 }, { round: 1 }]);
    expect((await task()).status).toBe('queued');
  });

  it('pausing and cancelling reach all of them', async () => {
    const ids = await atWork(3);
    await handsOver(ids[0] ?? '', 'c');
    await decide({ type: 'PauseTask' });
    for (const id of ids) expect(await instance(id)).toMatchObject({ paused: true });
    await decide({ type: 'ResumeTask' });
    for (const id of ids) expect(await instance(id)).toMatchObject({ paused: false });
    await decide({ type: 'CancelTask', reason: 'not needed' });
    for (const id of ids) expect(isInstanceEnded(await instance(id))).toBe(true);
    expect((await review(ids[0] ?? '')).status).toBe('withdrawn');
  });

  it('work that was kept and goes back is gone on with by one agent', async () => {
    const [ada = '', bob = ''] = await atWork(2);
    await handsOver(ada, 'c');
    await personDecides('develop', 1, { type: 'ApproveReview', note: '', merge: null }, ada);
    expect((await attemptOf(bob))?.status).toBe('set_aside');
    await decide({ type: 'ReopenPhase', reason: 'conflict', detail: '', conflicts: ['src/greet.js'] });
    const started = await all('AttemptStarted');
    expect(started).toHaveLength(3);
    expect((await house.last('InstanceQueued')).data).toMatchObject({ branch: 'codex/1-greet-a1' });
    expect((await task()).phases[0]).toMatchObject({ status: 'running', attempts: { length: 3 } });
  });
});

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES, type EventType, type ForgeProvider, type NewEvent, streamOf } from '@claude-codex/contracts';
import { FOLLOW_THROUGH } from '@claude-codex/contracts/pull-request/follow-through';
import { ISSUE_SETTINGS } from '@claude-codex/contracts/repository/issue-settings';
import { approveReview, requestMerge, requestUpdate } from '@claude-codex/domain';
import {
  createMemoryEventStore,
  createSchemaRegistry,
  type EventStore,
  handleTransaction,
} from '@claude-codex/eventing';
import { forgesOf } from '@claude-codex/forges/forge';
import { createTaskFlow } from '@claude-codex/orchestrator/task-flow/task-flow';
import { createLogger, newId, systemClock } from '@claude-codex/service-kit';
import { createDirectoryBlobs } from '@claude-codex/service-kit/blobs/directory-blobs';
import type { JobQueue, JobWorker } from '@claude-codex/service-kit/jobs';
import { createInProcessJobs } from '@claude-codex/service-kit/jobs/in-process-jobs';
import { waitFor } from '@claude-codex/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectories, type Directories } from '../directories.ts';
import { createLocalForge } from '../forges/local/local-forge.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { createMirrors, type Mirrors } from '../mirrors/mirrors.ts';
import type { SourceSettings } from '../sources/source-access.ts';
import { Unfinished } from '../unfinished/unfinished.ts';
import { createMergeProcess, workMergeJobs } from './merge-jobs.ts';
import { event, writeTaskInReview } from './task-in-review.fixture.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const workspaceId = newId();
const repositoryId = newId();
const meta = {
  actor: { kind: 'person' as const, id: 'ada' },
  causedBy: null,
  correlationId: newId(),
  causationId: null,
  workspaceId,
};
const OURS: ReadonlySet<ForgeProvider> = new Set(['local']);

let root: string;
let source: string;
let store: EventStore;
let directories: Directories;
let mirrors: Mirrors;
let settings: SourceSettings;
let workers: JobWorker[];
let unfinished: Unfinished;

beforeEach(async () => {
  root = temporaryDirectory();
  createRepository(join(root, 'first'), { 'a.txt': 'one\n' });
  source = join(root, 'source.git');
  git(root, 'clone', '--quiet', '--bare', join(root, 'first'), source);
  directories = createDirectories(join(root, 'data'));
  settings = localSources(directories, source);
  mirrors = createMirrors(directories, settings);
  await mirrors.refresh(repositoryId, { kind: 'path', path: source });
  git(root, 'clone', '--quiet', source, join(root, 'work'));
  store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  unfinished = new Unfinished(OURS);
  workers = [];
  const connected = {
    name: 's',
    source: { kind: 'path' as const, path: source },
    baseBranch: null,
    checkCommand: null,
  };
  await append(
    streamOf('repository', repositoryId),
    event('RepositoryConnected', {
      ...connected,
      requireGreen: false,
      defaultBranch: null,
      followThrough: FOLLOW_THROUGH,
      sendsThreads: true,
      issues: ISSUE_SETTINGS,
    }),
  );
});
afterEach(async () => {
  for (const worker of workers) await worker.stop();
  rmSync(root, { recursive: true, force: true });
});

async function append(stream: string, ...events: NewEvent[]): Promise<void> {
  await store.append({ commandId: newId(), meta, writes: [{ stream, expectedVersion: 'any', events }] });
}

const taskInReview = (number: number) =>
  writeTaskInReview({ root, gitDir: mirrors.gitDir(repositoryId), repositoryId, append }, number);

async function approveAndMerge(reviewId: string, merge: 'squash' | null = 'squash'): Promise<void> {
  const decide = (load: Parameters<typeof approveReview>[0]) =>
    approveReview(load, { reviewId, note: '', merge, by: 'ada' });
  await handleTransaction(store, { commandId: newId(), meta, decide });
}

/** A git service with the flow: what follows from the log, and the merges that it asks for. Several share the log and the disk. */
function startService(jobs: JobQueue, knows = unfinished): () => Promise<void> {
  const blobs = createDirectoryBlobs(join(root, 'blobs'));
  const processes = [createTaskFlow({ store, log }), createMergeProcess({ jobs })];
  const parts = { mirrors: createMirrors(directories, settings), blobs };
  const forges = forgesOf([createLocalForge(parts, settings)]);
  workers.push(workMergeJobs({ actor: 'git', store, forges, log }, jobs));
  return async () => {
    const events = await store.readAll({ after: knows.position, limit: 500 });
    for (const recorded of events) {
      knows.apply(recorded);
      for (const process of processes) await process.handle(recorded);
    }
  };
}

async function count(type: EventType): Promise<number> {
  return (await store.readAll({ after: 0, limit: 10_000 })).filter((recorded) => recorded.type === type).length;
}

async function all(follow: () => Promise<void>, merges: number): Promise<void> {
  await waitFor(
    `${merges} merges`,
    async () => {
      await follow();
      return (await count('TaskCompleted')) === merges || null;
    },
    { timeoutMs: 120_000 },
  );
}

describe('approvals with merge in one repository', () => {
  it('14 at once end in 14 merges, each asked for once, while other people push as well', {
    timeout: 180_000,
  }, async () => {
    const reviews: string[] = [];
    for (let number = 1; number <= 14; number += 1) reviews.push(await taskInReview(number));
    const follow = startService(createInProcessJobs({ log }));
    await Promise.all(reviews.map((reviewId) => approveAndMerge(reviewId)));
    await follow();
    const other = join(root, 'other');
    git(root, 'clone', '--quiet', source, other);
    for (let push = 1; push <= 10; push += 1) {
      try {
        git(other, 'pull', '--quiet', '--rebase');
        commitFiles(other, { [`other-${push}.txt`]: 'x\n' }, `Other ${push}`);
        git(other, 'push', '--quiet');
      } catch (error) {
        // A merge of ours was faster; the next pull brings it.
        if (!(error instanceof Error)) throw error;
      }
      await follow();
    }
    await all(follow, 14);
    expect(await count('PullRequestMergeRequested')).toBe(14);
    expect(await count('PullRequestMergeFailed')).toBe(0);
    const files = git(source, 'ls-tree', '--name-only', 'main').split('\n');
    expect(files.filter((name) => name.startsWith('file-'))).toHaveLength(14);
  });

  it.each(['one queue', 'a queue each, so that both are told of every wish'])(
    'two managers with %s carry every wish out once',
    { timeout: 180_000 },
    async (queues) => {
      const reviews: string[] = [];
      for (let number = 1; number <= 8; number += 1) reviews.push(await taskInReview(number));
      const jobs = createInProcessJobs({ log });
      const first = startService(jobs);
      const second = startService(queues === 'one queue' ? jobs : createInProcessJobs({ log }), new Unfinished(OURS));
      await Promise.all(reviews.map((reviewId) => approveAndMerge(reviewId)));
      await all(async () => void (await Promise.all([first(), second()])), 8);
      for (const worker of workers.splice(0)) await worker.stop();
      const counts = await Promise.all([count('PullRequestMerged'), count('PullRequestMergeFailed')]);
      expect(counts).toEqual([8, 0]);
      // One commit for each, so none was merged a second time as a change of nothing.
      const subjects = git(source, 'log', '--format=%s', 'main').split('\n').sort();
      expect(subjects).toEqual(['First', ...Array.from({ length: 8 }, (_, n) => `Task ${n + 1}`)].sort());
    },
  );

  it('a queue that was lost with its manager is asked for again from the log', { timeout: 120_000 }, async () => {
    const reviews = [await taskInReview(1), await taskInReview(2), await taskInReview(3)];
    const lost: JobQueue = { ...createInProcessJobs({ log }), enqueue: async () => undefined };
    const first = startService(lost);
    await Promise.all(reviews.map((reviewId) => approveAndMerge(reviewId)));
    for (let step = 0; step < 5; step += 1) await first();
    expect(await count('PullRequestMergeRequested')).toBe(3);
    const jobs = createInProcessJobs({ log });
    const second = startService(jobs);
    await unfinished.enqueueLost(jobs, systemClock.now(), 0);
    await all(second, 3);
  });

  it('a task that ended before its turn is not merged', async () => {
    const reviewId = await taskInReview(1);
    const jobs = createInProcessJobs({ log });
    const held: JobQueue = { ...jobs, enqueue: async () => undefined };
    const follow = startService(held);
    await approveAndMerge(reviewId);
    for (let step = 0; step < 5; step += 1) await follow();
    const created = (await store.readAll({ after: 0, limit: 1_000 })).find(({ type }) => type === 'TaskCreated');
    await append(created?.stream ?? '', event('TaskCancelled', { reason: '' }));
    const again = startService(jobs);
    await unfinished.enqueueLost(jobs, systemClock.now(), 0);
    await waitFor('the merge to be given up', async () => {
      await again();
      return (await count('PullRequestClosed')) === 1 || null;
    });
    expect(await count('PullRequestMerged')).toBe(0);
    expect(git(source, 'ls-tree', '--name-only', 'main')).toBe('a.txt');
    const asked = await store.readAll({ after: 0, limit: 1_000 });
    const pullRequest =
      asked.find(({ type }) => type === 'PullRequestOpened')?.stream.replace('pullrequest-', '') ?? '';
    const merging = handleTransaction(store, {
      commandId: newId(),
      meta,
      decide: (load) => requestMerge(load, { pullRequestId: pullRequest, strategy: 'merge' }),
    });
    await expect(merging).rejects.toMatchObject({ code: 'PULL_REQUEST_NOT_OPEN' });
  });
});

it('what is asked of the forge of another service is left to it', async () => {
  const jobs = createInProcessJobs({ log });
  const follow = startService(jobs);
  await approveAndMerge(await taskInReview(1), null);
  await follow();
  await follow();
  const ours = (await store.readAll({ after: 0, limit: 1_000 })).find(({ type }) => type === 'PullRequestOpened');
  if (ours?.type !== 'PullRequestOpened') throw new Error('nothing was opened');
  const theirs = streamOf('pullrequest', newId());
  await append(
    theirs,
    event('PullRequestOpened', { ...ours.data, provider: 'github', number: 7, url: 'https://github.com/a/b/pull/7' }),
    event('PullRequestMergeRequested', { strategy: 'squash' }),
  );
  await follow();
  await unfinished.enqueueLost(jobs, systemClock.now(), 0);
  await expect.poll(() => jobs.depth('merges')).toEqual({ waiting: 0, active: 0 });
  expect(unfinished.streams()).not.toContain(theirs);
  expect((await store.readStream(theirs)).map(({ type }) => type)).toEqual([
    'PullRequestOpened',
    'PullRequestMergeRequested',
  ]);
  expect(git(source, 'ls-tree', '--name-only', 'main')).toBe('a.txt');
});

describe('updating from the base', () => {
  async function asked(): Promise<{ follow: () => Promise<void>; pullRequestId: string }> {
    const follow = startService(createInProcessJobs({ log }));
    await approveAndMerge(await taskInReview(1), null);
    for (let step = 0; step < 5; step += 1) await follow();
    const opened = (await store.readAll({ after: 0, limit: 1_000 })).find(({ type }) => type === 'PullRequestOpened');
    const pullRequestId = opened?.stream.replace('pullrequest-', '') ?? '';
    await handleTransaction(store, {
      commandId: newId(),
      meta,
      decide: (load) => requestUpdate(load, { pullRequestId }),
    });
    return { follow, pullRequestId };
  }
  const ended = (follow: () => Promise<void>, type: EventType) =>
    waitFor(type, async () => {
      await follow();
      const events = await store.readAll({ after: 0, limit: 1_000 });
      return events.find((recorded) => recorded.type === type) ?? null;
    });

  it('merges it into the branch, shows the change against it, and leaves the source alone', async () => {
    const other = join(root, 'other');
    git(root, 'clone', '--quiet', source, other);
    const base = commitFiles(other, { 'b.txt': 'two\n' }, 'Meanwhile');
    git(other, 'push', '--quiet');
    const { follow } = await asked();
    const updated = await ended(follow, 'PullRequestUpdated');
    if (updated.type !== 'PullRequestUpdated') throw new Error('not an update');
    const { headSha, changes } = updated.data;
    const mirror = mirrors.gitDir(repositoryId);
    expect(git(mirror, 'rev-list', '--parents', '-1', headSha).split(' ').slice(2)).toEqual([base]);
    expect(git(mirror, 'rev-parse', 'refs/heads/codex/1-a1')).toBe(headSha);
    expect(changes).toMatchObject({ baseSha: base, headSha, filesChanged: 1 });
    expect(git(source, 'rev-parse', 'main')).toBe(base);
  });

  it('a base that changed the same lines is a conflict, with the files', async () => {
    const other = join(root, 'other');
    git(root, 'clone', '--quiet', source, other);
    commitFiles(other, { 'file-1.txt': 'theirs\n' }, 'Meanwhile');
    git(other, 'push', '--quiet');
    const { follow } = await asked();
    const failed = await ended(follow, 'PullRequestMergeFailed');
    expect(failed.data).toMatchObject({ code: 'MERGE_CONFLICT', conflicts: ['file-1.txt'] });
  });
});

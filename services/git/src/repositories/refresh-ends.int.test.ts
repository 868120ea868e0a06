import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { type RepositoryCommand, repositoryDecider } from '@claude-codex/domain';
import {
  createMemoryEventStore,
  createSchemaRegistry,
  type EventStore,
  EventStoreError,
  handleCommand,
} from '@claude-codex/eventing';
import { createLogger, newId, systemClock } from '@claude-codex/service-kit';
import type { JobQueue, JobWorker } from '@claude-codex/service-kit/jobs';
import { createInProcessJobs } from '@claude-codex/service-kit/jobs/in-process-jobs';
import { waitFor } from '@claude-codex/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDirectories } from '../directories.ts';
import { createRepository, localSources, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { createMirrors } from '../mirrors/mirrors.ts';
import { Unfinished } from '../unfinished/unfinished.ts';
import { mirrorRequest, workRepositoryJobs } from './mirror-jobs.ts';

const repositoryId = newId();
const log = createLogger({ service: 'test', level: 'silent' });
const stream = streamOf('repository', repositoryId);
let root: string;
let source: string;
let store: EventStore;
let jobs: JobQueue;
let worker: JobWorker;
let unfinished: Unfinished;
/** While true the log takes nothing from the jobs, as during an outage of the database. */
let logIsDown: boolean;

beforeEach(() => {
  root = temporaryDirectory();
  source = join(root, 'source');
  createRepository(source, { 'a.txt': 'one\n' });
  const directories = createDirectories(join(root, 'data'));
  const settings = localSources(directories, source);
  store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  jobs = createInProcessJobs({ log });
  unfinished = new Unfinished(new Set());
  logIsDown = false;
  const flaky: EventStore = {
    ...store,
    append: async (request) => {
      if (logIsDown) throw new EventStoreError('EVENT_STORE_UNAVAILABLE');
      return store.append(request);
    },
  };
  worker = workRepositoryJobs({ store: flaky, mirrors: createMirrors(directories, settings), log }, jobs);
});
afterEach(async () => {
  await worker.stop();
  rmSync(root, { recursive: true, force: true });
});

async function command(given: RepositoryCommand): Promise<void> {
  const meta = {
    actor: { kind: 'person' as const, id: 'ada' },
    causedBy: null,
    correlationId: newId(),
    causationId: null,
    workspaceId: newId(),
  };
  await handleCommand(store, { commandId: newId(), meta, stream, decider: repositoryDecider, command: given });
}
const connect = () =>
  command({
    type: 'ConnectRepository',
    name: 'project',
    source: { kind: 'path', path: source },
    baseBranch: null,
    checkCommand: null,
    requireGreen: false,
  });

/** Folds what is new in the log and gives its types; as the manager, asks for the jobs that events ask for. */
async function follow(): Promise<string[]> {
  const events = await store.readAll({ after: unfinished.position, limit: 100 });
  for (const event of events) {
    unfinished.apply(event);
    const request = mirrorRequest(event);
    if (request !== null) await jobs.enqueue(request);
  }
  return events.map(({ type }) => type);
}
const settled = () =>
  waitFor('the job to end in the log', async () => {
    await follow();
    return unfinished.streams().length === 0 || null;
  });

it('a refresh of a repository that did not change ends in the log like any other', async () => {
  await connect();
  await settled();
  await command({ type: 'RefreshRepository' });
  await command({ type: 'RefreshRepository' });
  await follow();
  expect(unfinished.streams()).toEqual([stream]);
  await settled();
  await waitFor('both jobs', async () => {
    const { waiting, active } = await jobs.depth('repositories');
    return waiting + active === 0 || null;
  });
  await follow();
  expect(unfinished.streams()).toEqual([]);
  const events = await store.readStream(stream, { fromVersion: 1, limit: 100 });
  expect(events.filter(({ type }) => type === 'RepositoryMirrored')).toHaveLength(3);
});

it('a refresh that was given up while the log took nothing is asked for again', async () => {
  await connect();
  await settled();
  logIsDown = true;
  await command({ type: 'RefreshRepository' });
  await follow();
  await waitFor('the job to be given up', async () => (await jobs.parked('repositories')).length === 1 || null);
  logIsDown = false;
  await follow();
  expect(unfinished.streams()).toEqual([stream]);
  await unfinished.enqueueLost(jobs, systemClock.now(), 0);
  await settled();
});

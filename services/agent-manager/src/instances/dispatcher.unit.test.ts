import { tmpdir } from 'node:os';
import { type RecordedDomainEvent, streamOf } from '@claude-codex/contracts';
import { created, phaseStarted, queued, TASK, taskData } from '@claude-codex/domain/spec/samples';
import { createMemoryEventStore, createWake, type EventStore, type Wake } from '@claude-codex/eventing';
import { createInProcessBus, systemClock } from '@claude-codex/service-kit';
import { serveHealth, serveHostHealth } from '@claude-codex/service-kit/health';
import { idFrom, newId } from '@claude-codex/service-kit/ids';
import { silentLog, waitFor } from '@claude-codex/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RuntimeFacts } from '../runtimes/runtime.ts';
import { World } from '../world/world.ts';
import { type Dispatcher, runDispatcher } from './dispatcher.ts';
import type { Fleet } from './fleet.ts';

const INSTANCE = idFrom('instance');
const repository = streamOf('repository', taskData.repositoryId);
const meta = {
  ...{ actor: { kind: 'person' as const, id: 'ada' }, causedBy: null, correlationId: 'x', causationId: null },
  workspaceId: 'w',
};
/** A runtime that can be had. */
const HERE: RuntimeFacts = {
  ...{ name: 'process', available: true, detail: '', label: 'Processes', isolated: true, exposure: null },
};
let store: EventStore;
let world: World;
let wake: Wake;
let dispatcher: Dispatcher;
let begun: string[];

const catchUp = async () => {
  for (const event of await store.readAll({ after: world.position, limit: 500 }))
    world.apply(event as RecordedDomainEvent);
};

async function append(stream: string, ...events: { type: string; data: unknown }[]) {
  await store.append({ commandId: newId(), meta, writes: [{ stream, expectedVersion: 'any', events }] });
}

beforeEach(async () => {
  store = createMemoryEventStore();
  world = new World();
  // Everything in the log is late enough to be spoken of.
  const clock = { now: () => Date.now() + 5_000, sleep: systemClock.sleep };
  wake = createWake(clock);
  begun = [];
  await append(repository, {
    type: 'RepositoryConnected',
    data: {
      ...{ name: 's', source: { kind: 'sample' }, baseBranch: null, checkCommand: null, requireGreen: false },
      defaultBranch: 'main',
    },
  });
  await append(streamOf('task', TASK), created, queued, phaseStarted('develop', 'coding', INSTANCE));
  await append(streamOf('instance', INSTANCE), {
    type: 'InstanceQueued',
    data: {
      ...{ name: 'work-1-a1', taskId: TASK, repositoryId: taskData.repositoryId, kind: 'coding', attempt: 1 },
      ...{ phase: 'develop', branch: 'codex/1', baseBranch: 'main', model: null },
    },
  });
  const bus = createInProcessBus();
  serveHostHealth(bus, 'egress', 'here', () => ({ ok: true, detail: '' }));
  serveHealth(bus, 'git', () => ({ ok: true, detail: '' }));
  const parts = {
    ...{ store, world, clock, bus, log: silentLog },
    followed: { caughtUp: catchUp, reached: catchUp },
    runtime: { info: async () => HERE },
    directories: { root: tmpdir() },
    settings: { hostId: 'here' },
    hosts: { isLost: () => false },
  };
  const fleet: Pick<Fleet, 'has' | 'place' | 'start'> = {
    has: (id) => begun.includes(id),
    place: () => 'free',
    start: async (id) => void begun.push(id),
  };
  dispatcher = runDispatcher(parts, fleet, wake);
});
afterEach(() => dispatcher.stop());

const held = () => world.progress.get(TASK)?.hold;

async function heldForItsCopy() {
  await waitFor('the task to say what it waits for', async () => held() !== null);
  expect(held()).toMatchObject({
    cause: 'repository_copying',
    detail: 'its repository is being copied.',
    needsPerson: false,
  });
  expect(begun).toEqual([]);
}

it('work asked for before its repository is copied waits, says so, and begins by itself', async () => {
  await heldForItsCopy();
  await append(repository, {
    type: 'RepositoryMirrored',
    data: { defaultBranch: 'main', headSha: 'a'.repeat(40), branches: ['main'], shallow: false },
  });
  wake.ring();
  await waitFor('the agent to begin', async () => begun.length === 1);
});

it('a copy that failed is tried again by the start, which says what is wrong', async () => {
  await heldForItsCopy();
  await append(repository, { type: 'RepositoryUnavailable', data: { code: 'GIT_FAILED', detail: 'No answer.' } });
  wake.ring();
  await waitFor('the start', async () => begun.length === 1);
});

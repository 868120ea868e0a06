import { type LossCause, streamOf } from '@claude-codex/contracts';
import { MAX_LOSSES } from '@claude-codex/domain';
import { created, phaseStarted, queued, TASK, taskData } from '@claude-codex/domain/spec/samples';
import { createMemoryEventStore, type EventStore } from '@claude-codex/eventing';
import { createInProcessBus } from '@claude-codex/service-kit';
import { idFrom } from '@claude-codex/service-kit/ids';
import { silentLog } from '@claude-codex/testing';
import { beforeEach, expect, it } from 'vitest';
import type { RuntimeFacts } from '../runtimes/runtime.ts';
import { World } from '../world/world.ts';
import { createStarts, type Starting } from './start-instance.ts';

const INSTANCE = idFrom('instance');
const stream = streamOf('instance', INSTANCE);
const meta = {
  ...{ actor: { kind: 'person' as const, id: 'ada' }, causedBy: null, correlationId: 'x', causationId: null },
  workspaceId: 'w',
};
const FACTS: RuntimeFacts = {
  ...{ name: 'process', available: true, detail: '', label: 'Processes', isolated: true, exposure: null },
};
let store: EventStore;
let world: World;
let epoch: number;

const catchUp = async () => {
  for (const event of await store.readAll({ after: world.position, limit: 500 })) world.apply(event);
};

async function append(to: string, ...events: { type: string; data: unknown }[]) {
  const writes = [{ stream: to, expectedVersion: 'any' as const, events }];
  await store.append({ commandId: `${world.position} ${to}`, meta, writes });
  await catchUp();
}

beforeEach(async () => {
  store = createMemoryEventStore();
  world = new World();
  epoch = 0;
  const data = {
    ...{ name: 'work-1-a1', taskId: TASK, repositoryId: taskData.repositoryId, kind: 'coding', attempt: 1 },
    ...{ phase: 'develop', branch: 'codex/1', baseBranch: 'main', model: null },
  };
  const source = { kind: 'sample' };
  await append(streamOf('repository', taskData.repositoryId), {
    type: 'RepositoryConnected',
    data: { name: 's', source, baseBranch: 'main', checkCommand: null, requireGreen: false, defaultBranch: null },
  });
  await append(streamOf('task', TASK), created, queued, phaseStarted('develop', 'coding', INSTANCE));
  await append(stream, { type: 'InstanceQueued', data });
});

/** An epoch that began, and ended by itself. */
async function ended(cause: LossCause) {
  epoch += 1;
  await append(
    stream,
    { type: 'InstanceStarting', data: { epoch, managerId: 'm', runtime: 'process', resumeSessionId: null } },
    { type: 'InstanceStarted', data: { epoch, handle: 'h', baseSha: 'a'.repeat(40) } },
    {
      type: 'InstanceAttached',
      data: {
        epoch,
        sessionId: 's',
        program: { name: 'Claude Code', version: '2' },
        model: 'scripted',
        resumed: false,
      },
    },
    { type: 'InstanceLost', data: { epoch, cause, reason: 'it fell over' } },
  );
}

const notReached = () => Promise.reject(new Error('no start here comes so far'));

/** As far as its checkout, which fails for no known reason. */
function start() {
  const parts: Starting = {
    ...{ store, world, bus: createInProcessBus(), log: silentLog },
    followed: { caughtUp: catchUp, reached: catchUp },
    clock: { now: () => Date.now() },
    settings: { managerId: 'm', hostId: 'h', defaultModel: null },
    directories: { root: '/d' },
    runtime: {
      ...{ name: 'process', orphanTimeoutMs: null, list: notReached, start: notReached },
      info: async () => FACTS,
      places: {
        instance: () => {
          throw new Error('an odd fault');
        },
        door: () => ({ socketPath: '/s', owner: null }),
        paths: () => ({ checkout: '/c', home: '/h', egressSocket: '/s' }),
      },
    },
    ...{ git: { startPoint: notReached }, objects: { withCommits: notReached }, blobs: { read: notReached } },
    run: () => {
      throw new Error('no start here comes so far');
    },
  };
  return createStarts(parts).begin(INSTANCE);
}

const types = async () => (await store.readStream(stream)).map(({ type }) => type);

it('an agent that ends by itself every time is started so often and no more: each start costs money', async () => {
  for (let times = 0; times < MAX_LOSSES; times += 1) await ended('agent_ended');
  const before = await types();
  await start();
  expect((await types()).slice(before.length)).toEqual(['InstanceFailed']);
  const [failed] = (await store.readStream(stream)).slice(-1);
  expect(failed?.data).toMatchObject({
    code: 'INSTANCE_KEEPS_ENDING',
    detail: expect.stringContaining('it fell over'),
  });
});

it('ends that are ours do not count', async () => {
  for (let times = 0; times < 3 * MAX_LOSSES; times += 1) await ended('egress_away');
  const before = await types();
  await start();
  expect((await types())[before.length]).toBe('InstanceStarting');
});

it('a start that fails again and again says so on the card, from the first time on', async () => {
  await start();
  const first = world.progress.get(TASK)?.hold;
  expect(first).toMatchObject({ cause: 'start_failed', detail: 'it could not be started: an odd fault' });
  await start();
  await start();
  expect((await types()).filter((type) => type === 'InstanceLost')).toHaveLength(3);
  // The same hold as at the beginning: how long it lasts decides whether somebody has to look.
  expect(world.progress.get(TASK)?.hold?.since).toBe(first?.since);
});

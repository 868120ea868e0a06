import { EgressClose, EVENT_TYPES, streamOf, subjects } from '@claude-codex/contracts';
import { createMemoryEventStore, createSchemaRegistry } from '@claude-codex/eventing';
import { createInProcessBus, serveJson } from '@claude-codex/service-kit';
import { idFrom, newId } from '@claude-codex/service-kit/ids';
import { silentLog } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import type { RuntimeHandle } from '../runtimes/runtime.ts';
import { World } from '../world/world.ts';
import { startReconciler } from './reconciler.ts';

const HOST = 'here';
const INSTANCE = idFrom('instance');

const worker = (instanceId: string, epoch: number): RuntimeHandle => ({
  ...{ instanceId, epoch, name: `agent-${instanceId}-${epoch}` },
  ...{ status: 'running', exit: null },
});

/** The manager that has it next lost the first epoch and began the second, as it does after a fault. */
async function worldInSecondEpoch() {
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES) });
  const of = { taskId: idFrom('task'), repositoryId: idFrom('repository'), baseBranch: 'main', model: null };
  const attempt = { kind: 'coding', phase: 'develop', attempt: 1, branch: 'codex/1', name: 'work-1-a1' };
  const begun = { managerId: 'another', runtime: 'process', resumeSessionId: null };
  const events = [
    { type: 'InstanceQueued', data: { ...of, ...attempt } },
    { type: 'InstanceStarting', data: { ...begun, epoch: 1 } },
    { type: 'InstanceLost', data: { epoch: 1, cause: 'host_lost', reason: 'it does not answer' } },
    { type: 'InstanceStarting', data: { ...begun, epoch: 2 } },
  ];
  const meta = { causedBy: null, correlationId: 'x', causationId: null, workspaceId: 'w' };
  const actor = { kind: 'person' as const, id: 'ada' };
  const writes = [{ stream: streamOf('instance', INSTANCE), expectedVersion: 'any' as const, events }];
  await store.append({ commandId: newId(), meta: { actor, ...meta }, writes });
  const world = new World();
  for (const event of await store.readAll({ after: 0, limit: 100 })) world.apply(event);
  return { store, world };
}

it('workers that nobody wants are ended with their doors: of an older epoch, and of no agent that lives', async () => {
  const bus = createInProcessBus();
  const removed: string[] = [];
  const closed: EgressClose[] = [];
  serveJson(bus, subjects.egress(HOST).close, EgressClose, async (door) => {
    closed.push(door);
    return { ok: true };
  });
  const [older, current, nobodys] = [worker(INSTANCE, 1), worker(INSTANCE, 2), worker(idFrom('ended'), 1)];
  const { store, world } = await worldInSecondEpoch();
  const nothing = async () => undefined;
  const parts = {
    ...{ store, world, bus, log: silentLog, directories: { repositories: '/nowhere' }, objects: { remove: nothing } },
    followed: { caughtUp: nothing, reached: nothing },
    clock: { now: () => 0, sleep: (_ms: number, signal?: AbortSignal) => untilAborted(signal) },
    hosts: { isLost: () => false },
    settings: { hostId: HOST, agent: { diskBytes: 1 } },
    runtime: {
      list: async () => [older, current, nobodys],
      remove: async ({ name }: RuntimeHandle) => void removed.push(name),
      places: { freeBytes: async () => 1, instanceIds: async () => [] },
    },
  };
  // Fresh: it runs nothing itself, and the lease of whoever has the second epoch is not to be had.
  const fleet = { run: () => undefined, runs: () => [], has: () => false };
  const ownership = { owns: () => false, takeOver: nothing, keepOnly: nothing };
  const reconciler = startReconciler(parts as never, fleet as never, ownership);
  await reconciler.pass();
  await reconciler.stop();
  expect(new Set(removed)).toEqual(new Set([older.name, nobodys.name]));
  expect(closed).toContainEqual({ instanceId: INSTANCE, epoch: 1 });
  expect(closed).not.toContainEqual({ instanceId: INSTANCE, epoch: 2 });
});

function untilAborted(signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener('abort', () => resolve());
  });
}

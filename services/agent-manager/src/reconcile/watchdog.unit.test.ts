import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain';
import { createMemoryEventStore, createSchemaRegistry } from '@claude-codex/eventing';
import { idFrom, newId } from '@claude-codex/service-kit/ids';
import { silentLog } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { World } from '../world/world.ts';
import { createWatchdog } from './watchdog.ts';

const TASK = idFrom('task');
const INSTANCE = idFrom('instance');
const MINUTE_MS = 60_000;

it('a task that nobody goes on with for two minutes becomes an attention item with its cause, once', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => now, sleep: async () => undefined };
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES), clock });
  const world = new World();
  const meta = { causedBy: null, correlationId: 'x', causationId: null, workspaceId: 'w' };
  async function follow() {
    const events = await store.readAll({ after: world.position, limit: 100 });
    for (const event of events) world.apply(event);
  }
  async function append(stream: string, type: string, data: unknown) {
    const actor = { kind: 'person' as const, id: 'ada' };
    const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
    await store.append({ commandId: newId(), meta: { actor, ...meta }, writes });
    await follow();
  }
  const onTask = (type: string, data: unknown) => append(streamOf('task', TASK), type, data);
  const onInstance = (type: string, data: unknown) => append(streamOf('instance', INSTANCE), type, data);
  const about = { repositoryId: idFrom('repository'), baseBranch: 'main', model: null };
  const workflow = BUILT_IN_WORKFLOWS.find(({ name }) => name === 'develop');
  await onTask('TaskCreated', {
    ...{ ...about, number: 1, title: 'T', description: '', taskType: 'feature', priority: 'normal', labels: [] },
    workflow,
    origin: null,
  });
  await onTask('TaskQueued', {});
  await onTask('AttemptStarted', { phase: 'develop', round: 1, kind: 'coding', instanceId: INSTANCE });
  await onInstance('InstanceQueued', {
    ...{ ...about, name: 'work-1-a1', taskId: TASK, kind: 'coding', phase: 'develop', attempt: 1, branch: 'codex/1' },
  });
  await onInstance('InstanceStarting', { epoch: 1, managerId: 'm', runtime: 'process', resumeSessionId: null });
  await onInstance('InstanceStarted', { epoch: 1, handle: 'h', baseSha: 'a' });

  const sign = { at: now, busy: true, concludes: false };
  const run = { begun: () => true, sign: () => sign };
  const followed = { reached: follow };
  const watchdog = createWatchdog({ store, followed, world, clock, log: silentLog }, { run: () => run as never });
  const held = async () =>
    (await store.readAll({ after: 0, limit: 100 })).filter(({ type }) => type === 'TaskHeldBack');
  async function lookFor(minutes: number) {
    for (const end = now + minutes * MINUTE_MS; now < end; now += MINUTE_MS / 2) await watchdog.look();
  }

  for (let minute = 0; minute < 10; minute += 1) {
    sign.at = now;
    await lookFor(1);
  }
  expect(await held()).toEqual([]);

  // Its turn is over, and nothing is made of it: the refused look of a full disk, as it was.
  sign.busy = false;
  sign.at = now;
  await lookFor(1);
  expect(await held()).toEqual([]);
  await lookFor(5);
  expect((await held()).map(({ data }) => data)).toEqual([
    {
      cause: 'no_next_step',
      detail: 'nobody goes on with it. its turn is over, and nothing was made of it.',
      needsPerson: true,
    },
  ]);
});

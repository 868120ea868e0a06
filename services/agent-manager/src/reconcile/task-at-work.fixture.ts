import { EVENT_TYPES, type RecordedEvent, streamOf } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain';
import { createMemoryEventStore, createSchemaRegistry } from '@claude-codex/eventing';
import { idFrom, newId } from '@claude-codex/service-kit/ids';
import { World } from '../world/world.ts';

export const TASK = idFrom('task');
export const INSTANCE = idFrom('instance');

/** What a manager knows of one task, whose agent works on it if `isStarted`, over a clock that is moved by hand. */
export async function taskAtWork({ isStarted }: { isStarted: boolean }) {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const clock = { now: () => now, sleep: async () => undefined };
  const store = createMemoryEventStore({ registry: createSchemaRegistry(EVENT_TYPES), clock });
  const world = new World();

  async function follow(): Promise<void> {
    for (const event of await store.readAll({ after: world.position, limit: 100 })) world.apply(event);
  }
  async function append(stream: string, type: string, data: unknown): Promise<void> {
    const actor = { kind: 'person' as const, id: 'ada' };
    const meta = { actor, causedBy: null, correlationId: 'x', causationId: null, workspaceId: 'w' };
    const writes = [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }];
    await store.append({ commandId: newId(), meta, writes });
    await follow();
  }

  const [task, instance] = [streamOf('task', TASK), streamOf('instance', INSTANCE)];
  const about = { repositoryId: idFrom('repository'), baseBranch: 'main', model: null };
  const workflow = BUILT_IN_WORKFLOWS.find(({ name }) => name === 'develop');
  const words = { number: 1, title: 'T', description: '', taskType: 'feature', priority: 'normal', labels: [] };
  await append(task, 'TaskCreated', { ...about, ...words, workflow, origin: null });
  await append(task, 'TaskQueued', {});
  if (isStarted) {
    await append(task, 'AttemptStarted', { phase: 'develop', round: 1, kind: 'coding', instanceId: INSTANCE });
    const work = { taskId: TASK, kind: 'coding', phase: 'develop', attempt: 1, branch: 'codex/1' };
    await append(instance, 'InstanceQueued', { ...about, ...work, name: 'work-1-a1' });
    await append(instance, 'InstanceStarting', { epoch: 1, managerId: 'm', runtime: 'process', resumeSessionId: null });
    await append(instance, 'InstanceStarted', { epoch: 1, handle: 'h', baseSha: 'a' });
  }

  return {
    ...{ store, world, clock, append },
    followed: { reached: follow },
    wait(ms: number) {
      now += ms;
    },
    /** Of this type, oldest first. */
    async events(type: string): Promise<RecordedEvent[]> {
      return (await store.readAll({ after: 0, limit: 100 })).filter((event) => event.type === type);
    },
  };
}

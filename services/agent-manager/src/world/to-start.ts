import type { Priority } from '@claude-codex/contracts';
import type { World } from './world.ts';
import { restartAt, shouldRun, type WorldInstance } from './world-instance.ts';

/** Lower begins first. */
const RANK: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };

type WithWaiting = Pick<World, 'instances' | 'waiting' | 'tasks' | 'openPhase'>;

export interface Startable {
  readonly instance: WorldInstance;
  /** In ms since 1970. */
  readonly dueAt: number;
}

/**
 * Everything that waits for a place, in the order in which it gets one: by priority, then by age. It follows from the log
 * alone, so every manager sees the same order, whatever its queue is made of, and a changed priority counts at once.
 */
export function toStart(world: WithWaiting): Startable[] {
  return [...world.waiting]
    .flatMap((id): Startable[] => {
      const instance = world.instances.get(id);
      if (instance === undefined) return [];
      const hasPhase = world.openPhase(instance) !== null;
      if (!shouldRun(instance, hasPhase)) return [];
      return [{ instance, dueAt: restartAt(instance, hasPhase) ?? instance.queuedAt }];
    })
    .sort((a, b) => before(world, a.instance, b.instance));
}

function before(world: WithWaiting, a: WorldInstance, b: WorldInstance): number {
  const order = rankOf(world, a) - rankOf(world, b) || a.queuedAt - b.queuedAt;
  // Of the same moment, any will do that is the same for every manager.
  return order || (a.id < b.id ? -1 : 1);
}

function rankOf(world: WithWaiting, { state }: WorldInstance): number {
  return RANK[world.tasks.get(state.taskId)?.priority ?? 'normal'];
}

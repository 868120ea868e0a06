import type { Priority } from '@claude-codex/contracts';
import type { World } from './world.ts';
import { restartAt, shouldRun, type WorldInstance } from './world-instance.ts';

/** Lower begins first. */
const RANK: Record<Priority, number> = { urgent: 0, high: 1, normal: 2, low: 3 };

type WaitingWorld = Pick<World, 'instances' | 'tasks' | 'openPhase'>;

export interface Startable {
  readonly instance: WorldInstance;
  /** In ms since 1970. */
  readonly dueAt: number;
}

/**
 * Everything that waits for a place, in the order in which it gets one: by priority, then by age. It follows from the log
 * alone, so every manager sees the same order, whatever its queue is made of, and a changed priority counts at once.
 */
export function toStart(world: WaitingWorld): Startable[] {
  return [...world.instances.values()]
    .flatMap((instance): Startable[] => {
      const { status } = instance.state;
      const hasPhase = world.openPhase(instance) !== null;
      if ((status !== 'queued' && status !== 'lost') || !shouldRun(instance, hasPhase)) return [];
      return [{ instance, dueAt: restartAt(instance, hasPhase) ?? instance.queuedAt }];
    })
    .sort((a, b) => rankOf(world, a.instance) - rankOf(world, b.instance) || a.instance.queuedAt - b.instance.queuedAt);
}

function rankOf(world: WaitingWorld, { state }: WorldInstance): number {
  return RANK[world.tasks.get(state.taskId)?.priority ?? 'normal'];
}

import type { EventMeta, StreamCategory } from '@claude-codex/contracts';
import type { SimInstance, SimTask } from './world.ts';

export const SYSTEM: EventMeta['actor'] = { kind: 'system', id: 'task-flow' };

export function agent({ id }: SimInstance): EventMeta['actor'] {
  return { kind: 'instance', id };
}

/** Where an event of something that belongs to this task goes. */
export function at(task: SimTask, category: StreamCategory, id: string) {
  return { category, id, workspaceId: task.workspaceId };
}

export function onTask(task: SimTask) {
  return at(task, 'task', task.id);
}

export function onInstance(task: SimTask, { id }: SimInstance) {
  return at(task, 'instance', id);
}

/** The newest instance while it is not ended. */
export function liveInstance(task: SimTask): SimInstance | null {
  const newest = task.instances.at(-1);
  return newest === undefined || newest.state === 'ended' ? null : newest;
}

/** Whose attempt at the phase under way is the newest. */
export function attemptOf({ instances }: SimTask): string {
  const newest = instances.at(-1);
  if (newest === undefined) throw new Error('nobody ever worked on it');
  return newest.id;
}

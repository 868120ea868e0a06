import type { TaskEvent } from '#lib/live/task.svelte.ts';
import type { LoggedItem } from '#lib/live/task-log.svelte.ts';

/** When sessions began by the agent's own journal: the fact is written a moment later, and stood behind the first steps. */
export function startsIn(log: readonly LoggedItem[]): Map<string, string> {
  const began = log.filter(({ record }) => record.entry.type === 'session_started');
  return new Map(began.map(({ instanceId, epoch, record }) => [`${instanceId}.${epoch}`, record.at]));
}

/** The session a fact tells of, as `startsIn` names it; empty for other facts. */
export function startOf({ type, stream, data }: TaskEvent): string {
  if (type !== 'InstanceAttached') return '';
  const { epoch } = data as { epoch?: number };
  return `${stream.replace('instance-', '')}.${epoch}`;
}

import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { categoryOf, idOf } from '@claude-codex/contracts/ids';
import { TASK_STREAMS } from './task-streams.ts';

/** The task an event belongs to when the event itself says so: by its stream, or by `taskId` in its data. */
export function taskNamedBy({ stream, data }: RecordedEvent): string | null {
  if (stream.startsWith('task-')) return idOf(stream);
  const named = (data as { taskId?: unknown }).taskId;
  return typeof named === 'string' ? named : null;
}

/** Whether later events of this stream leave out the task, so that it has to be remembered. */
export function needsMember({ stream }: RecordedEvent): boolean {
  return TASK_STREAMS[categoryOf(stream)]?.named === 'first';
}

import { tellsOfCalls } from '@claude-codex/contracts/call-categories';
import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { categoryOf, idOf, type StreamCategory } from '@claude-codex/contracts/ids';

/** Categories whose every event says whose it is. */
const NAMES_ITS_TASK: ReadonlySet<StreamCategory> = new Set(['task', 'thread', 'proposal']);

/** The task an event belongs to when the event itself says so: by its stream, or by `taskId` in its data. */
export function taskNamedBy({ stream, data }: RecordedEvent): string | null {
  if (stream.startsWith('task-')) return idOf(stream);
  const named = (data as { taskId?: unknown }).taskId;
  return typeof named === 'string' ? named : null;
}

/** Whether later events of this stream leave out the task, so that it has to be remembered. */
export function needsMember({ stream }: RecordedEvent): boolean {
  return !NAMES_ITS_TASK.has(categoryOf(stream)) && !tellsOfCalls(stream);
}

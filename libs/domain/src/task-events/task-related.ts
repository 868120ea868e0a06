import { isOf, type RecordedDomainEvent, type RecordedEventIn } from '@claude-codex/contracts/events';
import { TASK_CATEGORIES, type TaskCategory } from './task-streams.ts';

/** Events of a task, whichever stream they are on. */
export type TaskRelatedEvent = RecordedEventIn<TaskCategory>;
export type TaskRelatedType = TaskRelatedEvent['type'];

export function isTaskRelated(event: RecordedDomainEvent): event is TaskRelatedEvent {
  return TASK_CATEGORIES.some((category) => isOf(category, event));
}

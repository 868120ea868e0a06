import { isOf, type RecordedDomainEvent, type RecordedEventIn } from '@claude-codex/contracts/events';

const CATEGORIES = [
  'task',
  'instance',
  'question',
  'dependency',
  'review',
  'thread',
  'proposal',
  'pullrequest',
  'usage',
  'tools',
] as const;

/** Events of a task, whichever stream they are on. */
export type TaskRelatedEvent = RecordedEventIn<(typeof CATEGORIES)[number]>;
export type TaskRelatedType = TaskRelatedEvent['type'];

export function isTaskRelated(event: RecordedDomainEvent): event is TaskRelatedEvent {
  return CATEGORIES.some((category) => isOf(category, event));
}

import type { TaskEvent } from '@claude-codex/contracts/events';

/**
 * After these a task and everything that belongs to it is closed: agents, reviews, questions, what was used. A task
 * that failed is not: it waits for a person.
 */
export const TASK_CLOSES = ['TaskCompleted', 'TaskCancelled', 'TaskDeleted'] as const satisfies TaskEvent['type'][];

/** Opens a closed task again: it starts over, or goes on with the work it has. */
export const TASK_REOPENS = ['TaskRetried', 'TaskResumed'] as const satisfies TaskEvent['type'][];

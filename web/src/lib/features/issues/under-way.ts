import type { TaskViewState } from '@claude-codex/contracts';

const OVER: readonly TaskViewState[] = ['completed', 'failed', 'cancelled'];

/** Whether a task from an issue stands in the way of another one; null: there is none. */
export function isUnderWay(task: { readonly state: TaskViewState } | null): boolean {
  return task !== null && !OVER.includes(task.state);
}

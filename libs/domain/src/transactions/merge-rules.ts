import { streamOf } from '@claude-codex/contracts/ids';
import type { CheckVerdict } from '@claude-codex/contracts/task/phase';
import type { Load } from '@claude-codex/eventing/handle-command';
import { refuse } from '../refuse.ts';
import { repositoryDecider } from '../repository/index.ts';
import { isEnded, leadingAttempt, type TaskState, taskDecider } from '../task/index.ts';

export type KnownTask = Exclude<TaskState, { status: 'none' }>;

/** The task of work that is decided about. Refuses one that ended (TASK_ENDED), whatever its pull request says. */
export async function livingTask(load: Load, taskId: string): Promise<KnownTask> {
  const { state: task } = await load(streamOf('task', taskId), taskDecider);
  if (task.status === 'none') return refuse('TASK_NOT_FOUND');
  if (isEnded(task)) refuse('TASK_ENDED', { status: task.status });
  return task;
}

/** Refuses work whose check did not pass where the repository asks for that (CHECK_NOT_GREEN). */
export async function requireGreen(load: Load, task: KnownTask, check: CheckVerdict | null): Promise<void> {
  const { state: repository } = await load(streamOf('repository', task.repositoryId), repositoryDecider);
  if (repository.status !== 'connected' || !repository.requireGreen || check === 'passed') return;
  const changes = task.phases.some(({ definition }) => definition.requiresChanges);
  if (changes) refuse('CHECK_NOT_GREEN', { check });
}

/** What the check said about the change of a task. */
export function checkOf(task: KnownTask): CheckVerdict | null {
  const phase = task.phases.findLast(({ definition }) => definition.requiresChanges);
  return phase === undefined ? null : (leadingAttempt(phase)?.check ?? null);
}

import { streamOf } from '@claude-codex/contracts';
import type { Load } from '@claude-codex/eventing/handle-command';
import { refuse } from '../refuse.ts';
import { repositoryDecider } from '../repository/index.ts';
import { isEnded, type TaskState, taskDecider } from '../task/index.ts';

export type KnownTask = Exclude<TaskState, { status: 'none' }>;

/**
 * The task of work that is about to be merged. Refuses one that ended (TASK_ENDED), whatever its pull request says, and
 * work whose check did not pass where the repository asks for that (CHECK_NOT_GREEN).
 */
export async function mergeableTask(load: Load, taskId: string): Promise<KnownTask> {
  const { state: task } = await load(streamOf('task', taskId), taskDecider);
  if (task.status === 'none') return refuse('TASK_NOT_FOUND');
  if (isEnded(task)) refuse('TASK_ENDED', { status: task.status });
  const { state: repository } = await load(streamOf('repository', task.repositoryId), repositoryDecider);
  const changed = task.phases.findLast(({ definition }) => definition.requiresChanges);
  const green = changed === undefined || changed.check === 'passed';
  if (repository.status === 'connected' && repository.requireGreen && !green) {
    refuse('CHECK_NOT_GREEN', { check: changed.check });
  }
  return task;
}

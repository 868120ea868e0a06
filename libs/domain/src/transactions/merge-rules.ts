import { streamOf } from '@claude-codex/contracts/ids';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import { methodsOf } from '@claude-codex/contracts/repository/forge-rules';
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

/**
 * How it is to be merged: as somebody wishes, or by the first of ours that the repository allows. Refuses what it does not
 * allow (MERGE_METHOD_NOT_ALLOWED).
 */
export async function allowedMethod(
  load: Load,
  repositoryId: string,
  wished: MergeStrategy | undefined,
): Promise<MergeStrategy> {
  const { state: repository } = await load(streamOf('repository', repositoryId), repositoryDecider);
  const methods = methodsOf(repository.status === 'none' ? null : repository.forgeRules);
  const strategy = wished ?? methods[0];
  if (strategy === undefined || !methods.includes(strategy)) return refuse('MERGE_METHOD_NOT_ALLOWED', { methods });
  return strategy;
}

/** What the check said about the change of a task. */
export function checkOf(task: KnownTask): CheckVerdict | null {
  const phase = task.phases.findLast(({ definition }) => definition.requiresChanges);
  return phase === undefined ? null : (leadingAttempt(phase)?.check ?? null);
}

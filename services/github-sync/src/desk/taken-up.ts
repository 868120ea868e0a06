import { streamOf } from '@claude-codex/contracts';
import { currentPhase, isEnded, type TaskState, taskDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';

/**
 * Why the work of a pull request that was opened again at its forge does not go on here, and what helps; null when it does:
 * its closing did nothing since that anybody would have to undo.
 *
 * @param isNewest no other pull request of its task was opened after it
 */
export async function whyNotTakenUp(store: EventStore, taskId: string, isNewest: boolean): Promise<string | null> {
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  if (task.status === 'none' || task.status === 'deleted')
    return 'Its task was deleted here: close it there, or finish it there.';
  if (task.status === 'completed') return 'Its task is done here: close it there, or finish it there.';
  if (!isNewest) return 'Its task has another pull request by now: close this one there, or finish it there.';
  if (isUnderWay(task))
    return 'Its task was started over here, and its work gets a pull request of its own: close this one there.';
  return task.status === 'failed' ? 'Its task failed here: retry it, and close this one there.' : null;
}

function isUnderWay(task: Exclude<TaskState, { status: 'none' }>): boolean {
  return !isEnded(task) && currentPhase(task) !== null;
}

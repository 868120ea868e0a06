import type { NextAction, TaskCard } from '@claude-codex/contracts';
import { mergePullRequest, publishPullRequest } from '#lib/api/pull-requests.ts';
import { commandTask } from '#lib/api/tasks.ts';
import { startAllowed } from '#lib/features/consent/consent.svelte.ts';
import { toasts } from '#lib/ui/toasts.svelte.ts';
import { goto } from '$app/navigation';
import { type Base, mergesQuietly } from './standing.ts';
import { type TabId, taskHref } from './tabs.ts';

/** Where a next action is done when it needs more than a click; null when the click itself is enough. */
export function actionTab(task: Pick<TaskCard, 'phases' | 'standing'>, action: NextAction, base: Base): TabId | null {
  if (action.kind === 'answer' || action.kind === 'provide' || action.kind === 'decide') return 'activity';
  // Nothing is merged blind: what speaks against it, and what else can be done, stands beside the diff.
  if (action.kind === 'resolve') return 'changes';
  if (action.kind === 'merge') return mergesQuietly(task, base) ? null : 'changes';
  if (action.kind !== 'review') return null;
  // Changes come out of the last phase; whatever is reviewed before it is a document.
  return task.phases.at(-1)?.status === 'in_review' ? 'changes' : 'documents';
}

/** Does a card's next action, or opens the place where it is done. */
export async function runNextAction(task: TaskCard, action: NextAction, base: Base): Promise<void> {
  const tab = actionTab(task, action, base);
  if (tab !== null) {
    await goto(taskHref(task.id, tab));
    return;
  }
  const { kind } = action;
  try {
    if (kind === 'merge') await mergePullRequest(action.targetId);
    else if (kind === 'publish') await publishPullRequest(action.targetId);
    else if (kind === 'execute' || kind === 'retry' || kind === 'resume')
      await startAllowed(() => commandTask(task.id, kind));
  } catch (error) {
    toasts.fail(error);
  }
}

import type { NextAction, TaskCard } from '@claude-codex/contracts';
import { commandTask, mergePullRequest } from '#lib/api/tasks.ts';
import { startAllowed } from '#lib/features/consent/consent.svelte.ts';
import { toasts } from '#lib/ui/toasts.svelte.ts';
import { goto } from '$app/navigation';
import { type TabId, taskHref } from './tabs.ts';

/** Where a next action is done when it needs more than a click; null when the click itself is enough. */
export function actionTab(task: Pick<TaskCard, 'phases'>, action: NextAction): TabId | null {
  if (action.kind === 'answer' || action.kind === 'provide') return 'activity';
  if (action.kind !== 'review') return null;
  // Changes come out of the last phase; whatever is reviewed before it is a document.
  return task.phases.at(-1)?.status === 'in_review' ? 'changes' : 'documents';
}

/** Does a card's next action, or opens the place where it is done. */
export async function runNextAction(task: TaskCard, action: NextAction): Promise<void> {
  const tab = actionTab(task, action);
  if (tab !== null) {
    await goto(taskHref(task.id, tab));
    return;
  }
  const { kind } = action;
  try {
    if (kind === 'merge') await mergePullRequest(action.targetId, 'merge');
    else if (kind === 'execute' || kind === 'retry' || kind === 'resume')
      await startAllowed(() => commandTask(task.id, kind));
  } catch (error) {
    toasts.fail(error);
  }
}

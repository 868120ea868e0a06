import { type CheckVerdict, streamOf } from '@claude-codex/contracts';
import { taskDecider } from '@claude-codex/domain';
import { checkOf } from '@claude-codex/domain/transactions/merge-rules';
import { type EventStore, loadState } from '@claude-codex/eventing';
import type { Change } from '@claude-codex/forges/forge';

const CHECK_WORDS: Readonly<Record<CheckVerdict, string>> = {
  passed: 'its check passed',
  failed: '**its check failed**',
  not_run: 'its check did not run',
};

/** What a pull request says: the words of whoever proposed it, and under them where it comes from. */
export async function pullRequestText(
  { store, publicUrl }: { store: EventStore; publicUrl: string | null },
  { body, taskId }: Change,
): Promise<string> {
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  if (task.status === 'none') return body;
  const name = `task ${task.number}`;
  const link = publicUrl === null ? name : `[${name}](${publicUrl}/tasks/${taskId})`;
  const check = checkOf(task);
  const facts = [`Work of ${link} in Claude Codex`, ...(check === null ? [] : [CHECK_WORDS[check]])];
  return [body.trim(), '---', `${facts.join('; ')}.`].filter((part) => part !== '').join('\n\n');
}

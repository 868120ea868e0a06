import { type CheckVerdict, type RepositorySource, streamOf, type TaskOrigin } from '@claude-codex/contracts';
import { taskDecider } from '@claude-codex/domain';
import { checkOf } from '@claude-codex/domain/transactions/merge-rules';
import { type EventStore, loadState } from '@claude-codex/eventing';
import type { Change } from '@claude-codex/forges/forge';
import { quiet } from './quiet.ts';

const CHECK_WORDS: Readonly<Record<CheckVerdict, string>> = {
  passed: 'its check passed',
  failed: '**its check failed**',
  not_run: 'its check did not run',
};

export interface PullRequestText {
  readonly title: string;
  readonly body: string;
}

/**
 * What a pull request says: the words of whoever proposed it, and under them where it comes from. Work from an issue
 * closes that one when it is merged, and no other: whoever wrote there had a hand in its words.
 */
export async function pullRequestText(
  { store, publicUrl }: { store: EventStore; publicUrl: string | null },
  { title, body, taskId, source }: Change,
): Promise<PullRequestText> {
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  if (task.status === 'none') return { title, body };
  const name = `task ${task.number}`;
  const link = publicUrl === null ? name : `[${name}](${publicUrl}/tasks/${taskId})`;
  const check = checkOf(task);
  const facts = [`Work of ${link} in Claude Codex`, ...(check === null ? [] : [CHECK_WORDS[check]])];
  const { origin } = task;
  const own = origin === null ? body.trim() : quiet(body.trim());
  const closes = origin !== null && isOf(origin, source) ? `Closes #${origin.number}` : '';
  const parts = [own, closes, '---', `${facts.join('; ')}.`].filter((part) => part !== '');
  return { title: origin === null ? title : quiet(title), body: parts.join('\n\n') };
}

/** An issue of another repository has a number that means something else here. */
function isOf({ provider, slug }: TaskOrigin, source: RepositorySource): boolean {
  return source.kind === 'forge' && source.provider === provider && source.slug.toLowerCase() === slug.toLowerCase();
}

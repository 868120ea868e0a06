import { streamOf } from '@claude-codex/contracts';
import { isEnded, pullRequestDecider, questionDecider, repositoryDecider, taskDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import type { SayParts } from '../desk/say-how-it-goes.ts';
import { taskLink } from '../desk/task-link.ts';
import type { IssueTask } from '../followed/issue-tasks.ts';
import { type Asked, issueNoteOf, type Offered } from './issue-note.ts';

export interface SayAtIssueParts extends SayParts {
  /** The newest task from an issue. */
  newestOf(issue: string): (IssueTask & { readonly taskId: string }) | null;
  /** Ids of what it waits to have answered. */
  questionsOf(taskId: string): readonly string[];
}

/** What ended longer ago was told then, or is nobody's news any more: as after an upgrade that read the whole log. */
const NEWS_MS = 24 * 60 * 60_000;

/** Says at an issue how the newest task from it stands. Throws `ForgeAway`, and what the forge says no with. */
export async function sayAtIssue(parts: SayAtIssueParts, issue: string, now: number): Promise<void> {
  const { store, forge, publicUrl } = parts;
  const found = parts.newestOf(issue);
  if (found === null) return;
  const { taskId, repositoryId, slug } = found;
  const repository = await loadState(store, streamOf('repository', repositoryId), repositoryDecider);
  if (repository.status !== 'connected' || !repository.issues.comment) return;
  const { source } = repository;
  // An issue of another repository is nobody's business of this one.
  if (source.kind !== 'forge' || source.slug.toLowerCase() !== slug.toLowerCase()) return;
  const task = await loadState(store, streamOf('task', taskId), taskDecider);
  if (isEnded(task) && now - Date.parse(found.changedAt) > NEWS_MS) return;
  const note = issueNoteOf(task, {
    link: taskLink(publicUrl, taskId, task),
    asked: await askedBy(parts, taskId),
    offered: await offeredAs(store, found.pullRequestId),
    takesCommands: repository.issues.commands !== 'nobody',
  });
  if (note !== null) await forge.say({ source, number: found.issue }, note);
}

async function askedBy({ store, questionsOf }: SayAtIssueParts, taskId: string): Promise<Asked[]> {
  const ids = questionsOf(taskId);
  const questions = await Promise.all(ids.map((id) => loadState(store, streamOf('question', id), questionDecider)));
  return questions.flatMap((question) => (question.status === 'open' ? [question.asked] : []));
}

async function offeredAs(store: EventStore, pullRequestId: string | null): Promise<Offered | null> {
  if (pullRequestId === null) return null;
  const pullRequest = await loadState(store, streamOf('pullrequest', pullRequestId), pullRequestDecider);
  if (pullRequest.status === 'none' || pullRequest.number === null) return null;
  const isOpen = pullRequest.status !== 'closed' && pullRequest.status !== 'unpublished';
  return { number: pullRequest.number, isOpen };
}

import { streamOf } from '@claude-codex/contracts';
import { pullRequestDecider, questionDecider, type TaskState, taskDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import { taskLink } from '../desk/task-link.ts';
import { type Asked, issueNoteOf, type Offered } from './issue-note.ts';

export interface OfTask {
  readonly taskId: string;
  /** The newest one of its work. */
  readonly pullRequestId: string | null;
  /** What it waits to have answered. */
  readonly questionIds: readonly string[];
}

/** How a task stands by its newest events, as `issueNoteOf` says it. */
export async function noteOfTask(
  { store, publicUrl }: { readonly store: EventStore; readonly publicUrl: string | null },
  { taskId, pullRequestId, questionIds }: OfTask,
  { takesCommands }: { readonly takesCommands: boolean },
): Promise<string | null> {
  const task: TaskState = await loadState(store, streamOf('task', taskId), taskDecider);
  return issueNoteOf(task, {
    link: taskLink(publicUrl, taskId, task),
    asked: await askedBy(store, questionIds),
    offered: await offeredAs(store, pullRequestId),
    takesCommands,
  });
}

async function askedBy(store: EventStore, ids: readonly string[]): Promise<Asked[]> {
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

import type { CommandFromForge, CommandFromForgeAnswer } from '@claude-codex/contracts';
import type { RemoteForge } from '@claude-codex/contracts/forge';
import type { EventStore } from '@claude-codex/eventing';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import type { Logger } from '@claude-codex/service-kit/log';
import { plain } from '../desk/plain.ts';
import type { Followed, FollowedRepository } from '../followed/followed.ts';
import { issueKey } from '../followed/issue-tasks.ts';
import { noteOfTask } from '../issues/note-of-task.ts';
import type { Comment, CommentForge } from './comment-forge.ts';
import { readCommand, type Wish } from './read-command.ts';

export interface HearParts {
  readonly provider: RemoteForge;
  readonly comments: Pick<CommentForge, 'mayWrite' | 'sign' | 'reply'>;
  readonly store: EventStore;
  readonly publicUrl: string | null;
  readonly log: Logger;
  /** Has the gateway do it, once for each comment. Throws while that does not answer. */
  carryOut(command: CommandFromForge): Promise<CommandFromForgeAnswer>;
}

const HELP = 'I know `/codex start`, `stop`, `pause`, `resume`, `retry`, `answer …` and `status`.';
const NO_TASK = 'No task is from this. `/codex start` on an issue makes one.';

/**
 * Does what a comment wants, if it is a command of somebody who may write there; of others it is as if they had said
 * nothing. Being killed at any point leaves what the next call finds. Throws `ForgeAway`, and while the gateway is away.
 */
export async function hearComment(
  parts: HearParts,
  followed: Pick<Followed, 'issues' | 'taskOffered' | 'listening' | 'repository'>,
  { repositoryId, at, comment }: { repositoryId: string; at: FollowedRepository; comment: Comment },
): Promise<void> {
  const wish = comment.isOfPerson ? readCommand(comment.body) : null;
  if (wish === null || !isMeant(followed, repositoryId, at, comment)) return;
  const taskId = taskOf(followed, repositoryId, comment);
  // Somebody else's pull request is no place for us to speak.
  if (comment.isPullRequest && taskId === null) return;
  const questionIds = taskId === null ? [] : followed.issues.questionsOf(taskId);
  if (wish.kind === 'command' && wish.isImplied && questionIds.length !== 1) return;
  if (!(await parts.comments.mayWrite(at, comment.login))) return;
  if (wish.kind !== 'command') {
    const words = await wordsFor(parts, followed, wish, taskId);
    return tell(parts, comment, () => parts.comments.reply(at, comment, words));
  }
  const { id: commentId, number, login, url, isPullRequest } = comment;
  const { outcome, detail } = await parts.carryOut({
    ...{ provider: parts.provider, connectionId: at.connectionId, repositoryId, number, isIssue: !isPullRequest },
    ...{ taskId, questionIds, commentId, login, url, verb: wish.verb, text: wish.text },
  });
  if (outcome === 'ignored') return;
  if (outcome === 'refused') {
    const words = `\`/codex ${wish.verb}\`: ${asSaid(detail)}`;
    await tell(parts, comment, () => parts.comments.reply(at, comment, words));
  }
  await tell(parts, comment, () => parts.comments.sign(at, comment, outcome));
}

/** A courtesy. Where we may not write, or the comment is gone, what was said after it is heard all the same. */
async function tell({ log }: HearParts, { id, url }: Comment, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (err) {
    if (err instanceof ForgeAway) throw err;
    log.warn({ err, commentId: id, url }, 'whoever gave a command could not be told what became of it');
  }
}

/**
 * Whether a command is for this repository: where several here are one there, only that one hears it whose task something
 * happened to last, else the first. What the others would refuse is not the answer to it.
 */
function isMeant(
  followed: Pick<Followed, 'issues' | 'listening' | 'repository'>,
  repositoryId: string,
  { slug, connectionId }: FollowedRepository,
  { isPullRequest, number }: Comment,
): boolean {
  if (isPullRequest) return true;
  const same = followed.listening(slug).filter((id) => followed.repository(id)?.connectionId === connectionId);
  const changedAt = (id: string) => followed.issues.newestOf(issueKey(id, number))?.changedAt ?? '';
  const [meant] = same.toSorted((a, b) => changedAt(b).localeCompare(changedAt(a)));
  return meant === repositoryId;
}

function taskOf(
  followed: Pick<Followed, 'issues' | 'taskOffered'>,
  repositoryId: string,
  { isPullRequest, number }: Comment,
): string | null {
  if (isPullRequest) return followed.taskOffered(repositoryId, number);
  return followed.issues.newestOf(issueKey(repositoryId, number))?.taskId ?? null;
}

async function wordsFor(
  { store, publicUrl }: HearParts,
  { issues }: Pick<Followed, 'issues'>,
  wish: Exclude<Wish, { kind: 'command' }>,
  taskId: string | null,
): Promise<string> {
  if (wish.kind === 'unknown') return HELP;
  if (taskId === null) return NO_TASK;
  const of = { taskId, pullRequestId: issues.offeredOf(taskId), questionIds: issues.questionsOf(taskId) };
  return (await noteOfTask({ store, publicUrl }, of, { takesCommands: true })) ?? 'It was not started yet.';
}

/** Our own commands in it stay code; what else is in it means nothing to Markdown. */
function asSaid(detail: string): string {
  return detail
    .split(/(`\/codex [a-z]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : plain(part)))
    .join('');
}

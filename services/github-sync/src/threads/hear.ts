import { streamOf, type ThreadLink } from '@claude-codex/contracts';
import { forgePersonId } from '@claude-codex/contracts/forge-people';
import { type KnownThread, personBehind, reviewDecider } from '@claude-codex/domain';
import { type ForgeThread, type ForgeWords, heardReplyId, heardThreadId } from '@claude-codex/forges/forge-threads';
import { record } from '../desk/record.ts';
import type { ReviewedWork, ThreadParts } from './parts.ts';
import { placeInRound } from './place-in-round.ts';
import { recordThread } from './record-thread.ts';

/** Longer than any talk about a few lines; what comes after is read there. */
const REPLIES = 200;

/** Takes in what is new of a thread there. What bears a mark of ours was sent by us, and is only noted as standing there. */
export async function hearThread(
  parts: ThreadParts,
  work: ReviewedWork,
  { there, known }: { readonly there: ForgeThread; readonly known: readonly KnownThread[] },
): Promise<void> {
  const { first } = there;
  const threadId = first.ours?.id ?? heardThreadId(work.provider, first.commentId);
  const here = known.find(({ id }) => id === threadId);
  if (first.ours !== null) {
    // A mark of another installation, or of a task that was deleted: nothing of it is ours.
    if (first.ours.kind !== 'thread' || here === undefined) return;
    if (here.link === null) {
      const link = await linkOf(parts, work, first);
      await recordThread(parts, work, { threadId, command: { type: 'LinkThread', replyId: null, link } });
    }
  } else if (here === undefined) await begin(parts, work, threadId, there);
  for (const words of there.replies) await hearReply(parts, work, { threadId, here, words });
}

async function begin(parts: ThreadParts, work: ReviewedWork, threadId: string, there: ForgeThread): Promise<void> {
  const { change, newest, rounds } = work;
  const { first, quote } = there;
  const place = placeInRound(rounds, there);
  if (place === null) return;
  const { round, lines } = place;
  const by = personAt(work, first.login);
  // First, so that a process killed in between does both again: a thread is found by its round.
  const stream = streamOf('review', round.reviewId);
  await record(parts, newest, { stream, decider: reviewDecider, command: { type: 'NoteThread', threadId }, by });
  const { headSha, ...of } = round;
  const link = await linkOf(parts, work, first);
  const said = { lines, quote, body: first.body, by };
  await recordThread(parts, work, {
    threadId,
    command: { type: 'HearThread', taskId: change.taskId, branch: change.branch, ...of, headSha, ...said, link },
    by,
  });
}

async function hearReply(
  parts: ThreadParts,
  work: ReviewedWork,
  { threadId, here, words }: { threadId: string; here: KnownThread | undefined; words: ForgeWords },
): Promise<void> {
  const replyId = words.ours?.id ?? heardReplyId(work.provider, words.commentId);
  const known = here?.replies.find((reply) => reply.replyId === replyId);
  if (words.ours !== null) {
    if (known === undefined || known.link !== null) return;
    const link = await linkOf(parts, work, words);
    return recordThread(parts, work, { threadId, command: { type: 'LinkThread', replyId, link } });
  }
  if (known !== undefined || (here?.replies.length ?? 0) >= REPLIES) return;
  const reply = { replyId, body: words.body, verdict: null };
  const link = await linkOf(parts, work, words);
  await recordThread(parts, work, {
    threadId,
    command: { type: 'HearReply', reply, link },
    by: personAt(work, words.login),
  });
}

async function linkOf(
  { threads }: ThreadParts,
  { provider, change }: ReviewedWork,
  { commentId, url, login, ours }: ForgeWords,
): Promise<ThreadLink> {
  const at = { provider, commentId, url, login };
  if (ours !== null) return { ...at, from: 'here', mayWrite: true };
  return { ...at, from: 'there', mayWrite: await threads.mayWrite(change, login) };
}

/** Who somebody there is here: the member they stand for, or themselves. */
export function personAt(
  { connection, provider }: Pick<ReviewedWork, 'connection' | 'provider'>,
  login: string,
): string {
  return personBehind(connection, login) ?? forgePersonId(provider, login);
}

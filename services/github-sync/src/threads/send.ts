import type { ThreadLines, ThreadLink } from '@claude-codex/contracts/thread/events';
import { type KnownThread, settling, type ThreadCommand } from '@claude-codex/domain';
import type { ForgeRefusal } from '@claude-codex/forges/forge';
import type { ForgeThread, Opening } from '@claude-codex/forges/forge-threads';
import { personAt } from './hear.ts';
import type { ReviewedWork, ThreadParts } from './parts.ts';
import { recordThread } from './record-thread.ts';
import { openingAtFile, openingText, replyText } from './words.ts';

interface Sending extends ReviewedWork {
  /** Its task, in Markdown. */
  readonly task: string;
}

/**
 * Sends what of a thread does not stand there yet: the thread, then each reply. One that was resolved before anybody
 * there saw it stays here. A no is noted and ends it, until something else is said or a person asks for it.
 */
export async function sendThread(parts: ThreadParts, work: Sending, thread: KnownThread): Promise<void> {
  if (wasRefused(work, thread)) return;
  const { id: threadId } = thread;
  let { link } = thread;
  if (link === null) {
    if (thread.status === 'resolved') return;
    link = await noted(parts, work, { threadId, replyId: null }, () =>
      parts.threads.begin(work.change, openingOf(work, thread)),
    );
  }
  for (const reply of thread.replies) {
    if (link === null) return;
    if (reply.link !== null) continue;
    const { replyId } = reply;
    const { commentId } = link;
    const saying = { id: replyId, text: replyText(reply, work) };
    const sent = await noted(parts, work, { threadId, replyId }, () =>
      parts.threads.reply(work.change, commentId, saying),
    );
    if (sent === null) return;
  }
}

/** @returns null when it was not taken */
async function noted(
  parts: ThreadParts,
  work: ReviewedWork,
  { threadId, replyId }: { readonly threadId: string; readonly replyId: string | null },
  send: () => Promise<ThreadLink | ForgeRefusal>,
): Promise<ThreadLink | null> {
  const sent = await send();
  if ('ok' in sent) {
    await recordThread(parts, work, { threadId, command: notSent(work, sent) });
    return null;
  }
  await recordThread(parts, work, { threadId, command: { type: 'LinkThread', replyId, link: sent } });
  return sent;
}

function openingOf(work: Sending, thread: KnownThread): Opening {
  const { id, place, lines } = thread;
  return {
    id,
    path: (place ?? lines).path,
    lines: linesThere(work, thread),
    text: openingText(thread, work),
    atFile: openingAtFile(thread, work),
  };
}

/** Its lines in the commit that stands there; null where it has none in that, or nobody looked. */
function linesThere({ change: { headSha }, rounds }: ReviewedWork, thread: KnownThread): ThreadLines | null {
  if (rounds.some((round) => round.headSha === headSha && round.round === thread.placedIn)) return thread.place;
  return thread.headSha === headSha ? thread.lines : null;
}

/** Whoever said last whether it is settled is followed by the other side. @param sends whether anything of ours goes there */
export async function settleThread(
  parts: ThreadParts,
  work: ReviewedWork,
  { thread, there, sends }: { readonly thread: KnownThread; readonly there: ForgeThread; readonly sends: boolean },
): Promise<void> {
  const { id: threadId } = thread;
  const { status, resolvedBy } = there;
  switch (settling(thread, status)) {
    case 'nothing':
      return;
    case 'note':
      return recordThread(parts, work, { threadId, command: { type: 'AlignThread', status } });
    case 'hear': {
      const by = resolvedBy === null ? null : personAt(work, resolvedBy);
      return recordThread(parts, work, { threadId, command: { type: 'HearStatus', status }, by });
    }
    case 'tell': {
      if (!sends || wasRefused(work, thread)) return;
      const told = await parts.threads.settle(work.change, there.threadId, thread.status);
      return recordThread(parts, work, {
        threadId,
        command: told.ok ? { type: 'AlignThread', status: thread.status } : notSent(work, told),
      });
    }
  }
}

/** What stands there was not taken for it; other work may be. */
export function wasRefused(
  { change }: Pick<ReviewedWork, 'change'>,
  { notSent: said }: Pick<KnownThread, 'notSent'>,
): boolean {
  return said?.headSha === change.headSha;
}

function notSent({ change: { headSha } }: ReviewedWork, { detail }: ForgeRefusal): ThreadCommand {
  return { type: 'RecordNotSent', detail, headSha };
}

import { cutText } from '@claude-codex/contracts/text';
import { commentText } from '../said/comment-text.ts';
import { quotedText } from '../said/quoted-text.ts';
import type { KnownThread, ThreadReply } from '../thread/index.ts';

/** The newest of a long discussion is what counts. */
const REPLIES_TOLD = 5;
const LONGEST = 2_000;

/** A thread that nobody resolved, as its agent reads it again: where its lines are in the work of `round`, and what was said. */
export function openThreadText(thread: KnownThread, round: number): string {
  const { id, lines, place, placedIn, quote } = thread;
  const said = commentText({ ...(place ?? lines), quote, body: cutText(thread.body, LONGEST) }, id);
  const replies = thread.replies.slice(-REPLIES_TOLD).map(replyText);
  return [said, `  (since round ${thread.round}${whereText(place, { placedIn, round })})`, ...replies].join('\n');
}

function whereText(place: KnownThread['place'], { placedIn, round }: { placedIn: number; round: number }): string {
  if (place === null) return ', where these lines were; they are gone by now';
  const changed = place.touched ? '; the lines were changed since' : '';
  return placedIn === round ? changed : `${changed}; lines as of round ${placedIn}`;
}

function replyText({ verdict, body }: ThreadReply): string {
  const who = verdict === null ? 'A person replied' : `You answered "${verdict}"`;
  return `  ${who}:\n${quotedText(cutText(body, LONGEST)).replace(/^/gm, '  ')}`;
}

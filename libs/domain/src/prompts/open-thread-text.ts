import { FORGES } from '@claude-codex/contracts/forge-facts';
import { shown } from '@claude-codex/contracts/hidden-characters';
import { cutText } from '@claude-codex/contracts/text';
import type { ThreadLink } from '@claude-codex/contracts/thread/events';
import { commentText } from '../said/comment-text.ts';
import { quotedText } from '../said/quoted-text.ts';
import type { KnownReply, KnownThread } from '../thread/index.ts';

/** The newest of a long discussion is what counts. */
const REPLIES_TOLD = 5;
const LONGEST = 2_000;

/** A thread that nobody resolved, as its agent reads it again: where its lines are in the work of `round`, and what was said. */
export function openThreadText(thread: KnownThread, round: number): string {
  const { id, lines, place, placedIn, quote, link } = thread;
  const body = cutText(thread.body, LONGEST);
  const others = link?.from === 'there' ? link : null;
  const said = commentText(
    { ...(place ?? lines), quote, body: others === null ? body : `${nameOf(others)} said:` },
    id,
  );
  const quoted = others === null ? [] : [quotedText(body).replace(/^/gm, '  ')];
  const replies = thread.replies.slice(-REPLIES_TOLD).map(replyText);
  return [said, ...quoted, `  (since round ${thread.round}${whereText(place, { placedIn, round })})`, ...replies].join(
    '\n',
  );
}

function whereText(place: KnownThread['place'], { placedIn, round }: { placedIn: number; round: number }): string {
  if (place === null) return ', where these lines were; they are gone by now';
  const changed = place.touched ? '; the lines were changed since' : '';
  return placedIn === round ? changed : `${changed}; lines as of round ${placedIn}`;
}

function replyText({ verdict, body, link }: KnownReply): string {
  const person = link?.from === 'there' ? nameOf(link) : 'A person';
  const who = verdict === null ? `${person} replied` : `You answered "${verdict}"`;
  return `  ${who}:\n${quotedText(cutText(body, LONGEST)).replace(/^/gm, '  ')}`;
}

function nameOf({ login, provider }: ThreadLink): string {
  return `${shown(login)} on ${FORGES[provider].title}`;
}

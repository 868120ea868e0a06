import type { ThreadLink } from '@claude-codex/contracts/thread/events';
import type { KnownThread } from './threads-of.ts';

/** Of those nobody resolved, what an agent gets to read: at its forge anybody may write, and only some may be heard. */
export function openForAgents(threads: readonly KnownThread[]): KnownThread[] {
  return threads
    .filter(({ status, link }) => status === 'open' && isHeard(link))
    .map((thread) => ({ ...thread, replies: thread.replies.filter(({ link }) => isHeard(link)) }));
}

function isHeard(link: ThreadLink | null): boolean {
  return link === null || link.from === 'here' || link.mayWrite;
}

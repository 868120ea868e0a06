import { shown } from '@claude-codex/contracts/hidden-characters';
import { cutText } from '@claude-codex/contracts/text';
import type { ThreadLines } from '@claude-codex/contracts/thread/events';

/** More than anybody comments on at once. */
const MOST = 4_000;

/** The last lines of one side of a hunk, which ends with what was commented on, without the signs of the diff. */
export function quoteIn(
  hunk: string,
  { side, lines }: { readonly side: ThreadLines['side']; readonly lines: number },
): string {
  const ofOther = side === 'old' ? '+' : '-';
  const ofSide = hunk.split('\n').filter((line) => !line.startsWith('@@') && !line.startsWith(ofOther));
  const quoted = ofSide.slice(-lines).map((line) => shown(line.slice(1).replace(/\r$/, '')));
  return cutText(quoted.join('\n'), MOST);
}

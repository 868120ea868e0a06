import type { ThreadLines } from '@claude-codex/contracts/thread/events';
import type { Round } from '@claude-codex/domain';
import type { ForgeThread } from '@claude-codex/forges/forge-threads';

/** What is said of a whole file stands at its first line. */
const FILE = { startLine: 1, endLine: 1 };

/**
 * The round and lines a thread of a forge is about: of the commit it was begun at. A commit that is none of ours, as
 * somebody pushed it there, has the lines that it has in the newest round, as far as the forge found them again.
 */
export function placeInRound(
  rounds: readonly Round[],
  { commitSha, path, side, lines, linesNow }: Pick<ForgeThread, 'commitSha' | 'path' | 'side' | 'lines' | 'linesNow'>,
): { readonly round: Round; readonly lines: ThreadLines } | null {
  const known = rounds.findLast(({ headSha }) => headSha === commitSha);
  const round = known ?? rounds.at(-1);
  if (round === undefined) return null;
  const range = (known === undefined ? linesNow : null) ?? lines ?? FILE;
  return { round, lines: { path, side, ...range } };
}

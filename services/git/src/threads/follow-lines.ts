import type { ChangeSet, ThreadLines, ThreadPlace } from '@claude-codex/contracts';
import { shown } from '@claude-codex/contracts/hidden-characters';
import { objectId } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import { changedFiles } from '../diffs/compute-diff.ts';
import { hunksBetween } from './hunks.ts';
import { mapLines } from './map-lines.ts';

/** The two commits a diff is between. */
export type Compared = Pick<ChangeSet, 'baseSha' | 'headSha'>;

export interface Said {
  readonly lines: ThreadLines;
  readonly quote: string;
  /** The work it was said of. */
  readonly of: Compared;
}

/** Follows lines that were commented on to where they are in the work as it is now. */
export interface Follower {
  /** Null: none of the lines is left, or they are no part of the change any more. */
  placeOf(said: Said): Promise<ThreadPlace | null>;
}

export function createFollower(gitDir: string, now: Compared): Follower {
  // Many threads ask for the same.
  const filesBetween = once((baseSha, headSha) =>
    baseSha === headSha ? Promise.resolve([]) : changedFiles(gitDir, { baseSha, headSha }),
  );
  const hunksOf = once((oldBlob, newBlob) => hunksBetween(gitDir, oldBlob, newBlob));

  /** The lines of a file of one commit, in another. */
  async function follow(lines: ThreadLines, from: string, to: string): Promise<ThreadPlace | null> {
    const file = (await filesBetween(from, to)).find(({ path, oldPath }) => (oldPath ?? path) === lines.path);
    if (file === undefined) return { ...lines, touched: false };
    const { old, new: current } = file.blobs;
    if (old === null || current === null || file.binary || file.status === 'type_changed') return null;
    const range = { start: lines.startLine, end: lines.endLine };
    const found = old === current ? { ...range, touched: false } : mapLines(await hunksOf(old, current), range);
    if (found === null) return null;
    return { side: lines.side, path: file.path, startLine: found.start, endLine: found.end, touched: found.touched };
  }

  /**
   * Removed lines are lines of the base, which moves when the agent merges it. The diff names the file as it is called
   * now. Lines that were removed since the round before only are none of the base's: their quote tells.
   */
  async function followRemoved({ lines, quote, of }: Said): Promise<ThreadPlace | null> {
    const before = (await filesBetween(of.baseSha, of.headSha)).find(({ path }) => path === lines.path);
    if (before === undefined || before.blobs.old === null) return null;
    if (quote !== '' && quote !== (await linesOf(gitDir, before.blobs.old, lines))) return null;
    const there = await follow({ ...lines, path: before.oldPath ?? before.path }, of.baseSha, now.baseSha);
    if (there === null) return null;
    const changed = await filesBetween(now.baseSha, now.headSha);
    const file = changed.find(({ path, oldPath }) => (oldPath ?? path) === there.path);
    return file === undefined ? null : { ...there, path: file.path };
  }

  return {
    placeOf(said) {
      return said.lines.side === 'old' ? followRemoved(said) : follow(said.lines, said.of.headSha, now.headSha);
    },
  };
}

function once<Found>(find: (from: string, to: string) => Promise<Found>): typeof find {
  const known = new Map<string, Promise<Found>>();
  return (from, to) => {
    const key = `${from} ${to}`;
    const found = known.get(key) ?? find(from, to);
    known.set(key, found);
    return found;
  };
}

/** Lines of a file as a reviewer's browser quotes them. */
async function linesOf(gitDir: string, blob: string, { startLine, endLine }: ThreadLines): Promise<string> {
  const { stdout } = await runGit(['cat-file', 'blob', objectId(blob)], { gitDir });
  const lines = stdout
    .toString('utf8')
    .split('\n')
    .slice(startLine - 1, endLine);
  return lines.map((line) => shown(line.replace(/\r$/, ''))).join('\n');
}

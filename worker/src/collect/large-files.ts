import { lstat } from 'node:fs/promises';
import type { Finding } from '@claude-codex/contracts/worker/protocol';
import { type ByteName, byteName, pathIn, shown } from './byte-names.ts';
import type { Git } from './git.ts';
import { list } from './unfinished.ts';

/**
 * Of one file. What is handed over is read by git, by the search for values and by people, some of it at once in memory:
 * a file of 3 GB, though it was sparse and took no place on the disk, ended a worker again and again.
 */
export const MAX_FILE_BYTES = 256 * 1024 ** 2;

export interface LargeFile {
  readonly path: ByteName;
  readonly bytes: number;
}

/** Files to be committed that are larger, by the size the disk knows: none of them is opened. */
export async function largeFilesIn(git: Git, workTree: string): Promise<LargeFile[]> {
  const wanted = ['--others', '--modified', '--exclude-standard', '--deduplicate', '--', '.'];
  const changed = await git.names('ls-files', '-z', ...wanted);
  const found: LargeFile[] = [];
  for (const path of changed) {
    const info = await lstat(pathIn(workTree, path)).catch(() => null);
    if (info?.isFile() === true && info.size > MAX_FILE_BYTES) found.push({ path, bytes: info.size });
  }
  return found;
}

/** Throws for commits after `base` that hold a larger file, by the size its object has: such a hand-over is read by nobody. */
export async function refuseLargeCommits(git: Git, base: string | null, sha: string): Promise<void> {
  const range = [sha, ...(base === null ? [] : [`^${base}`])];
  const most = String(MAX_FILE_BYTES + 1);
  const listed = await git('rev-list', '--objects', `--filter=blob:limit=${most}`, '--filter-print-omitted', ...range);
  const omitted = new Set(listed.split('\n').flatMap((line) => (line.startsWith('~') ? [line.slice(1)] : [])));
  if (omitted.size === 0) return;
  const all = await git('rev-list', '--objects', ...range);
  const large: LargeFile[] = [];
  for (const line of all.split('\n')) {
    const [object = '', ...path] = line.split(' ');
    if (!omitted.has(object)) continue;
    large.push({ path: byteName(path.join(' ')), bytes: Number(await git('cat-file', '-s', object)) });
  }
  throw new Error(
    `${sized(large)} ${large.length === 1 ? 'is' : 'are'} in the commits, and one file may have at most ${megabytes(MAX_FILE_BYTES)}. ` +
      'Take it out of every commit since the base, not only of the last one, and hand over again.',
  );
}

export function leftOut(large: readonly LargeFile[]): Finding {
  return {
    code: 'FILE_TOO_LARGE',
    what: `Left out of the hand-over, in which one file may have at most ${megabytes(MAX_FILE_BYTES)}: ${sized(large)}.`,
    remedy: 'Remove it, make it smaller, or let .gitignore name it; if the work is whole without it, hand over again.',
  };
}

function sized(large: readonly LargeFile[]): string {
  return list(large.map(({ path, bytes }) => `${shown(path)} (${megabytes(bytes)})`));
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1024 ** 2).toLocaleString('en')} MB`;
}

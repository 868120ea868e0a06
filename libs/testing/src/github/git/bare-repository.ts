import { appendFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { git, tryGit } from './git.ts';

/** Content by path; null removes the file. */
export type Files = Readonly<Record<string, string | null>>;
/** Commit ids by whole name (`refs/heads/main`). */
export type Refs = ReadonlyMap<string, string>;

export async function initBare(directory: string, defaultBranch: string): Promise<void> {
  await git(tmpdir(), ['init', '--quiet', '--bare', '--template=', `--initial-branch=${defaultBranch}`, directory]);
  // As on GitHub: refs/pull/* are there to be fetched, and nobody pushes them.
  await appendFile(join(directory, 'config'), '[receive]\n\thideRefs = refs/pull\n');
}

/** The commit a branch, a tag or an id stands for; null when there is none. */
export async function commitOf(directory: string, revision: string): Promise<string | null> {
  const { code, stdout } = await tryGit(directory, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  return code === 0 ? stdout.trim() : null;
}

export function branchSha(directory: string, branch: string): Promise<string | null> {
  return commitOf(directory, `refs/heads/${branch}`);
}

/** Branches and tags. */
export async function refsOf(directory: string): Promise<Refs> {
  const lines = await git(directory, ['for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads', 'refs/tags']);
  return new Map(lines.split('\n').flatMap((line) => (line === '' ? [] : [line.split(' ') as [string, string]])));
}

/** Moves a ref from what it was (null: not there) to a commit (null: away). @throws when it is elsewhere by now. */
export async function moveRef(directory: string, ref: string, to: string | null, from: string | null): Promise<void> {
  const old = from ?? '0'.repeat(40);
  await git(directory, to === null ? ['update-ref', '-d', ref, old] : ['update-ref', ref, to, old]);
}

/** @returns the new commit's id; no branch is moved. */
export function commitTree(
  directory: string,
  tree: string,
  parents: readonly string[],
  message: string,
  env: Readonly<Record<string, string>>,
): Promise<string> {
  const args = ['commit-tree', tree, ...parents.flatMap((parent) => ['-p', parent])];
  return git(directory, args, { input: message, env });
}

export async function isAncestor(directory: string, ancestor: string, of: string): Promise<boolean> {
  return (await tryGit(directory, ['merge-base', '--is-ancestor', ancestor, of])).code === 0;
}

/** How many commits are in `head` and not in `base`. */
export async function commitsBetween(directory: string, base: string, head: string): Promise<number> {
  return Number(await git(directory, ['rev-list', '--count', `${base}..${head}`]));
}

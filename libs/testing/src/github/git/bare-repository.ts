import { appendFile, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { git, tryGit } from './git.ts';
import { remember } from './remember.ts';

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
export const commitOf = remember(async (directory: string, revision: string): Promise<string | null> => {
  const { code, stdout } = await tryGit(directory, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]);
  return code === 0 ? stdout.trim() : null;
});

export async function branchSha(directory: string, branch: string): Promise<string | null> {
  return (await refsOf(directory)).get(`refs/heads/${branch}`) ?? null;
}

/** Branches and tags, read as git keeps them: asked for before most answers, a process each was half of a test’s time. */
export async function refsOf(directory: string): Promise<Refs> {
  // Looked at first, because packing takes them away, and valid before the packed ones, because they are newer.
  const loose = (await Promise.all(['refs/heads', 'refs/tags'].map((below) => looseRefs(directory, below)))).flat();
  const packed = await readFile(join(directory, 'packed-refs'), 'utf8').catch(() => '');
  const lines = packed.split('\n').flatMap((line) => {
    const [, sha, name] = /^([0-9a-f]{40}) (refs\/(?:heads|tags)\/.+)$/.exec(line) ?? [];
    return sha !== undefined && name !== undefined ? [[name, sha] as const] : [];
  });
  const refs = new Map([...lines, ...loose]);
  return new Map([...refs].sort(([one], [other]) => (one < other ? -1 : 1)));
}

async function looseRefs(directory: string, below: string): Promise<(readonly [string, string])[]> {
  const entries = await readdir(join(directory, below), { withFileTypes: true, recursive: true }).catch(() => []);
  const names = entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.lock'))
    .map(({ parentPath, name }) => relative(directory, join(parentPath, name)));
  const refs = await Promise.all(
    names.map(async (name) => [name, (await readFile(join(directory, name), 'utf8').catch(() => '')).trim()] as const),
  );
  return refs.filter(([, sha]) => sha !== '');
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

export const isAncestor = remember(
  async (directory: string, ancestor: string, of: string): Promise<boolean> =>
    (await tryGit(directory, ['merge-base', '--is-ancestor', ancestor, of])).code === 0,
);

/** How many commits are in `head` and not in `base`. */
export async function commitsBetween(directory: string, base: string, head: string): Promise<number> {
  return Number(await git(directory, ['rev-list', '--count', `${base}..${head}`]));
}

import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createGit, succeeds } from './git.ts';

/** What git writes through: a link in its place would write into another repository. */
const OWN_PARTS = ['HEAD', 'index', 'objects', 'refs', 'packed-refs', 'logs', 'config'];
/** These make another repository's refs and objects this one's. */
const BORROWED = ['commondir', 'gitdir'];

/**
 * Why the checkout's `.git` is not the repository that the agent was given; null when it is. Anything else is not used:
 * a commit in it would be a commit in a repository of somebody else.
 */
export async function repositoryProblem(
  checkout: string,
  baseSha: string,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const gitDir = join(checkout, '.git');
  const info = await lstat(gitDir).catch(() => null);
  if (info === null) return 'The agent removed its repository (.git is missing).';
  if (info.isSymbolicLink()) return 'The agent replaced its repository by a link (.git points elsewhere).';
  if (!info.isDirectory()) return 'The agent replaced its repository by a file (.git is not a directory).';
  for (const name of BORROWED) {
    if (await exists(join(gitDir, name))) return `The agent joined its repository to another one (.git/${name}).`;
  }
  for (const name of OWN_PARTS) {
    if (await isLink(join(gitDir, name))) return `The agent joined its repository to another one (.git/${name}).`;
  }
  const refs = await readdir(join(gitDir, 'refs'), { recursive: true, withFileTypes: true }).catch(() => []);
  if (refs.some((entry) => entry.isSymbolicLink()))
    return 'The agent joined its repository to another one (.git/refs).';
  const git = createGit({ workTree: checkout }, env);
  if (!(await succeeds(git('cat-file', '-e', `${baseSha}^{commit}`))))
    return 'The agent replaced or damaged its repository (.git does not hold the commit it began from).';
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}').catch(() => null);
  if (head !== null && !(await succeeds(git('merge-base', baseSha, head))))
    return 'The agent began a new history (it does not come from the commit the work began from).';
  return null;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isSymbolicLink() === true;
}

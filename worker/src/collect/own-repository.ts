import { access, constants, lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ByteName, byteName, joined, pathIn } from './byte-names.ts';
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
  if (!(await succeeds(access(gitDir, constants.R_OK | constants.W_OK | constants.X_OK)))) return CLOSED;
  for (const name of BORROWED) {
    if (await exists(join(gitDir, name))) return `The agent joined its repository to another one (.git/${name}).`;
  }
  for (const name of OWN_PARTS) {
    if (await isLink(join(gitDir, name))) return `The agent joined its repository to another one (.git/${name}).`;
  }
  if (await holdsLink(gitDir, byteName('refs'))) return 'The agent joined its repository to another one (.git/refs).';
  const git = createGit({ workTree: checkout }, env);
  const unread = await git('cat-file', '-e', `${baseSha}^{commit}`).then(() => null, String);
  if (unread !== null)
    return DENIED.test(unread)
      ? CLOSED
      : 'The agent replaced or damaged its repository (.git does not hold the commit it began from).';
  const head = await git('rev-parse', '--verify', '--quiet', 'HEAD^{commit}').catch(() => null);
  if (head !== null && !(await succeeds(git('merge-base', baseSha, head))))
    return 'The agent began a new history (it does not come from the commit the work began from).';
  return null;
}

/**
 * The agent still has its repository, but git could not go on in it. Null when that is not why.
 * @param error what git said, in English.
 */
export function brokenRepository(error: unknown): string | null {
  const said = error instanceof Error ? error.message : '';
  if (DENIED.test(said)) return CLOSED;
  return DAMAGED.test(said) ? 'The agent damaged its repository (files in .git are missing or broken).' : null;
}

const CLOSED =
  'The agent closed its repository (the permissions of .git forbid to read or write it; chmod -R u+rwX .git opens it again).';
const DENIED = /permission denied|insufficient permission/i;
const DAMAGED =
  /corrupt|is empty|inflate|hash mismatch|bad (?:object|tree|signature)|unable to (?:read|parse|find) [0-9a-f]|unable to read (?:tree|sha1|object)|could not (?:read|parse) |invalid (?:object|sha1 pointer)|missing (?:blob|tree|commit|object)|index file|not a valid object/i;

/** Whether a link lies in a directory, whatever its names are; what cannot be looked into is for git to find. */
async function holdsLink(gitDir: string, folder: ByteName): Promise<boolean> {
  const place = pathIn(gitDir, folder);
  for (const entry of await readdir(place, { withFileTypes: true, encoding: 'buffer' }).catch(() => [])) {
    if (entry.isSymbolicLink()) return true;
    const inner = joined(folder, '/', entry.name.toString('latin1'));
    if (entry.isDirectory() && (await holdsLink(gitDir, inner))) return true;
  }
  return false;
}

async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null)) !== null;
}

async function isLink(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => null))?.isSymbolicLink() === true;
}

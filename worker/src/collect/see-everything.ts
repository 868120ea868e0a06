import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type ByteName, joined, pathIn } from './byte-names.ts';
import type { Git, GitPlace } from './git.ts';

/** What only this repository says of its files and no commit holds: which are ignored, and how they are read. */
const UNSEEN_RULES = ['info/exclude', 'info/attributes'];

/**
 * Takes back what has git look away from work. Its rules of its own: what is ignored is for the files of the work to say,
 * where a reviewer sees it. And the promises an index may hold that files stay as they are (`--assume-unchanged`,
 * `--skip-worktree`): git believes them, and would leave out what was changed all the same. A file that is not there
 * keeps its mark: a sparse checkout left it out, and without the mark it would count as removed.
 */
export async function seeEverything(git: Git, { workTree, gitDir = join(workTree, '.git') }: GitPlace): Promise<void> {
  for (const rules of UNSEEN_RULES) await rm(join(gitDir, rules), { recursive: true, force: true });
  const assumed: ByteName[] = [];
  const skipped: ByteName[] = [];
  // Each entry is a letter, a blank and the name: a small letter for the first promise, S for the second, s for both.
  for (const entry of await git.names('ls-files', '-v', '-z')) {
    const [letter, name] = [entry.charAt(0), joined(entry.slice(2))];
    if (letter === letter.toLowerCase()) assumed.push(name);
    if (letter.toUpperCase() === 'S' && (await isThere(pathIn(workTree, name)))) skipped.push(name);
  }
  if (assumed.length > 0) await git.tell(assumed, 'update-index', '--no-assume-unchanged', '-z', '--stdin');
  if (skipped.length > 0) await git.tell(skipped, 'update-index', '--no-skip-worktree', '-z', '--stdin');
}

async function isThere(path: Buffer): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

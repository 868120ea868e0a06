import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Git, names } from './git.ts';

/** Names go as arguments, which have a limit together. */
const NAMES_AT_ONCE = 200;

/**
 * Takes back the promises an index may hold that files stay as they are (`--assume-unchanged`, `--skip-worktree`): git
 * believes them, and would leave out what was changed all the same. A file that is not there keeps its mark: a sparse
 * checkout left it out, and without the mark it would count as removed.
 */
export async function seeEverything(git: Git, workTree: string): Promise<void> {
  const marked = { assumed: [] as string[], skipped: [] as string[] };
  // Each entry is a letter, a blank and the name: a small letter for the first promise, S for the second, s for both.
  for (const entry of names(await git('ls-files', '-v', '-z'))) {
    const [letter = '', name] = [entry.charAt(0), entry.slice(2)];
    if (letter === letter.toLowerCase()) marked.assumed.push(name);
    if (letter.toUpperCase() === 'S' && (await isThere(join(workTree, name)))) marked.skipped.push(name);
  }
  await unmark('--no-assume-unchanged', marked.assumed);
  await unmark('--no-skip-worktree', marked.skipped);

  async function unmark(option: string, all: readonly string[]): Promise<void> {
    for (let from = 0; from < all.length; from += NAMES_AT_ONCE) {
      await git('update-index', option, '--', ...all.slice(from, from + NAMES_AT_ONCE));
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Git, names } from './git.ts';

/** What git leaves in its directory while something waits to be finished. */
const SIGNS: readonly (readonly [string, string, string])[] = [
  ['rebase-merge', 'rebase', 'git rebase --continue'],
  ['rebase-apply', 'rebase', 'git rebase --continue'],
  ['MERGE_HEAD', 'merge', 'git merge --continue'],
  ['CHERRY_PICK_HEAD', 'cherry-pick', 'git cherry-pick --continue'],
  ['REVERT_HEAD', 'revert', 'git revert --continue'],
];
const SHOWN = 10;

export interface Unfinished {
  readonly what: string;
  readonly remedy: string;
}

/** A merge, rebase, cherry-pick or revert that was begun and not finished, or files whose conflicts are open. */
export async function unfinishedWork(git: Git, gitDir: string): Promise<Unfinished | null> {
  const conflicts = names(await git('diff', '--name-only', '--diff-filter=U', '-z'));
  const open = conflicts.length === 0 ? '' : ` with open conflicts in ${list(conflicts)}`;
  for (const [sign, name, command] of SIGNS) {
    if ((await lstat(join(gitDir, sign)).catch(() => null)) === null) continue;
    const remedy = `Resolve it and run ${command}, or undo it with git ${name} --abort.`;
    return { what: `A ${name} was begun and not finished${open}.`, remedy };
  }
  if (conflicts.length === 0) return null;
  return { what: `Conflicts are open in ${list(conflicts)}.`, remedy: 'Resolve them and commit the files.' };
}

/** At most ten of them, and how many more there are. */
export function list(items: readonly string[]): string {
  const shown = items.slice(0, SHOWN).join(', ');
  return items.length > SHOWN ? `${shown} and ${items.length - SHOWN} more` : shown;
}

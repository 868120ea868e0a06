import { access, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import { isPlainOrMissing } from '../sources/local-repository.ts';
import { lastWords, lockNamedIn, refusal } from '../sources/source-refusal.ts';
import type { SourceView } from '../sources/source-view.ts';
import type { WorkTree } from './work-trees.ts';

export interface TreeChange {
  readonly from: string;
  readonly to: string;
  /** The first file that changes and goes through a filter of the repository's configuration; null for none. */
  readonly filtered: { readonly file: string; readonly filter: string } | null;
}

const TIMEOUT_MS = 5 * 60_000;
const UNDER_WAY = [
  ['MERGE_HEAD', 'a merge'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
] as const;

export async function changesBetween(view: SourceView, from: string, to: string): Promise<TreeChange> {
  const { gitDir } = view;
  const { stdout } = await runGit(['diff-tree', '-r', '-z', '--name-only', '--no-renames', from, to], { gitDir });
  for (const commit of [from, to]) {
    const filtered = await firstFiltered(view, commit, stdout);
    if (filtered !== null) return { from, to, filtered };
  }
  return { from, to, filtered: null };
}

/** Attributes of a commit, read from an index of its own, so that no file has to be there. */
async function firstFiltered({ gitDir }: SourceView, commit: string, files: Buffer): Promise<TreeChange['filtered']> {
  const indexFile = join(gitDir, 'attributes-index');
  try {
    await runGit(['read-tree', commit], { gitDir, indexFile, timeoutMs: TIMEOUT_MS });
    const args = ['check-attr', '--cached', '-z', '--stdin', 'filter'];
    const { stdout } = await runGit(args, { gitDir, indexFile, input: files });
    const fields = stdout.toString('utf8').split('\0');
    for (let at = 0; at + 2 < fields.length; at += 3) {
      const [file = '', , filter = ''] = fields.slice(at, at + 3);
      if (!['unspecified', 'unset', 'set'].includes(filter)) return { file, filter };
    }
    return null;
  } finally {
    await rm(indexFile, { force: true });
  }
}

/**
 * Brings a checked-out working tree from one commit to another, as `receive.denyCurrentBranch=updateInstead` does, but
 * with our own configuration: no filter, monitor or hook of the repository runs. False when it was there already, as
 * after being killed between the files and the branch. Throws `SourceUnavailable`, and `GitError` for a lock.
 */
export async function updateWorkTree(
  view: SourceView,
  tree: WorkTree,
  branch: string,
  { from, to, filtered }: TreeChange,
): Promise<boolean> {
  const { path } = tree;
  const indexFile = join(tree.gitDir, 'index');
  for (const [file, operation] of UNDER_WAY) {
    const there = await access(join(tree.gitDir, file)).then(
      () => true,
      () => false,
    );
    if (there) throw refusal('WORKING_TREE_BUSY', { branch, path, operation });
  }
  if (!(await isPlainOrMissing(indexFile))) {
    throw refusal('WORKING_TREE_UNREADABLE', { branch, path, words: `${indexFile} is not a plain file` });
  }
  const here = { gitDir: view.gitDir, workTree: path, indexFile, timeoutMs: TIMEOUT_MS };
  const listed = async (args: string[]) =>
    (await runGit(args, here)).stdout
      .toString('utf8')
      .split('\0')
      .filter((name) => name !== '');
  try {
    // Without `-q`, with which it would not say that the index is locked.
    await runGit(['update-index', '--ignore-submodules', '--refresh'], { ...here, accept: [0, 1] });
    const unstaged = await listed(['diff-files', '-z', '--name-only', '--ignore-submodules']);
    const staged = (against: string) =>
      listed(['diff-index', '-z', '--cached', '--name-only', '--ignore-submodules', against, '--']);
    if (unstaged.length === 0 && from !== to && (await staged(to)).length === 0) return false;
    const files = [...new Set([...unstaged, ...(await staged(from))])];
    if (files.length > 0) throw refusal('WORKING_TREE_DIRTY', { branch, path, files: files.slice(0, 5).join(', ') });
    if (filtered !== null) throw refusal('WORKING_TREE_FILTERED', { branch, path, ...filtered });
    await runGit(['read-tree', '-u', '-m', from, to], here);
    return true;
  } catch (error) {
    if (!(error instanceof GitError) || lockNamedIn(error.stderr) !== null) throw error;
    const untracked = /(?:untracked working tree file|Entry) '(.+?)' (?:would be|not uptodate)/i.exec(
      error.stderr,
    )?.[1];
    if (untracked !== undefined) throw refusal('WORKING_TREE_DIRTY', { branch, path, files: untracked });
    throw refusal('WORKING_TREE_UNREADABLE', { branch, path, words: lastWords(error) }, { cause: error });
  }
}

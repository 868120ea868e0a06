import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Account, MergeMethod } from '../state.ts';
import { commitTree } from './bare-repository.ts';
import { GITHUB, git, identity, person, tryGit } from './git.ts';

export interface MergeRequest {
  readonly base: string;
  readonly head: string;
  readonly by: Account;
  readonly message: string;
}

/** The tree of both together; null when they conflict. */
export async function mergedTree(directory: string, base: string, head: string): Promise<string | null> {
  const { code, stdout, stderr } = await tryGit(directory, ['merge-tree', '--write-tree', base, head]);
  if (code === 0) return stdout.trim();
  if (code === 1) return null;
  throw new Error(`git merge-tree ended with ${code}: ${stderr.trim()}`);
}

/** @returns the commit the base branch is to move to, which is not done here; null when it conflicts. */
export function mergeCommits(directory: string, method: MergeMethod, request: MergeRequest): Promise<string | null> {
  return method === 'rebase' ? rebased(directory, request) : committed(directory, method, request);
}

async function committed(directory: string, method: 'merge' | 'squash', { base, head, by, message }: MergeRequest) {
  const tree = await mergedTree(directory, base, head);
  if (tree === null) return null;
  return commitTree(directory, tree, method === 'merge' ? [base, head] : [base], message, identity(by, GITHUB));
}

/** In a working tree of its own, which is gone afterwards. GitHub makes new commits even where none would be needed. */
async function rebased(directory: string, { base, head, by }: MergeRequest): Promise<string | null> {
  const scratch = await mkdtemp(join(tmpdir(), 'codex-github-rebase-'));
  const work = join(scratch, 'work');
  const { name, email } = person(by);
  try {
    await git(directory, ['worktree', 'add', '--quiet', '--detach', work, head]);
    const env = { GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
    const { code } = await tryGit(work, ['rebase', '--quiet', '--no-ff', base], { env });
    return code === 0 ? await git(work, ['rev-parse', 'HEAD']) : null;
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await git(directory, ['worktree', 'prune']);
  }
}

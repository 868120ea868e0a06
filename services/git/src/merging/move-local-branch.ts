import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { branchRef, objectId } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import { isPlainOrMissing } from '../sources/local-repository.ts';
import { lockNamedIn, refusal } from '../sources/source-refusal.ts';
import type { SourceView } from '../sources/source-view.ts';
import { changesBetween, type TreeChange, updateWorkTree } from './update-work-tree.ts';
import { workTreesOn } from './work-trees.ts';

export interface Push {
  /** The mirror that holds the commit. */
  readonly gitDir: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly sha: string;
}

const TIMEOUT_MS = 5 * 60_000;
/** Somebody who commits by hand holds a lock for moments; an editor left open holds it for hours. */
const PATIENCE_MS = [200, 500, 1_000, 2_000];
const MOVED = /cannot lock ref .*(?:but expected|is at|unable to resolve)|reference already exists/i;

/**
 * Moves a branch of a repository on this machine. Objects and branches are written through our view of it, so that
 * neither its configuration nor its hooks have a say. Where the branch is checked out, the files go along if nothing
 * uncommitted is in the way; the branch itself moves last, so being killed in between leaves something that the next
 * try brings to its end. Throws `SourceUnavailable`.
 */
export async function moveLocalBranch(view: SourceView, { gitDir: mirror, branch, baseSha, sha }: Push): Promise<void> {
  const ref = branchRef(branch);
  // Judged before the files are looked at: after a commit by hand they would seem to hold changes of somebody.
  if ((await tipOf(view, ref)) !== baseSha) throw refusal('BASE_MOVED', { branch });
  await takeObjects(view, mirror, sha);
  const change = await changesBetween(view, objectId(baseSha), objectId(sha));
  const trees = await workTreesOn(view, ref);
  const brought: typeof trees = [];
  try {
    for (const tree of trees) {
      if (await patiently(view, () => updateWorkTree(view, tree, branch, change))) brought.push(tree);
    }
    await patiently(view, () => moveRef(view, ref, branch, change));
  } catch (error) {
    const back: TreeChange = { ...change, from: change.to, to: change.from };
    for (const tree of brought.reverse()) await updateWorkTree(view, tree, branch, back);
    throw error;
  }
}

async function tipOf({ gitDir }: SourceView, ref: string): Promise<string | null> {
  const { exitCode, stdout } = await runGit(['show-ref', '--verify', '--hash', '--', ref], {
    gitDir,
    accept: [0, 1, 128],
  });
  return exitCode === 0 ? stdout.toString('utf8').trim() : null;
}

/** Fetched and not pushed: the git that writes into the repository is one that we started, on our own view of it. */
async function takeObjects(view: SourceView, mirror: string, sha: string): Promise<void> {
  const allow = '--upload-pack=git -c uploadpack.allowAnySHA1InWant=true upload-pack';
  const fetch = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head', '--update-shallow', allow];
  await runGit([...fetch, '--end-of-options', mirror, objectId(sha)], {
    gitDir: view.gitDir,
    protocols: ['file'],
    timeoutMs: TIMEOUT_MS,
  });
}

async function moveRef(view: SourceView, ref: string, branch: string, { from, to }: TreeChange): Promise<void> {
  const log = join(view.repository.commonDir, 'logs', ref);
  if (!(await isPlainOrMissing(log))) throw refusal('PUSH_FAILED', { words: `${log} is not a plain file` });
  try {
    await runGit(['update-ref', '-m', 'merged by Claude Codex', '--end-of-options', ref, to, from], {
      gitDir: view.gitDir,
      identity: { GIT_COMMITTER_NAME: 'Claude Codex', GIT_COMMITTER_EMAIL: 'server@claude-codex.invalid' },
    });
  } catch (error) {
    if (error instanceof GitError && MOVED.test(error.stderr))
      throw refusal('BASE_MOVED', { branch }, { cause: error });
    throw error;
  }
}

/** Waits a little for a lock of somebody else; it is never ours to remove. */
async function patiently<Result>(view: SourceView, work: () => Promise<Result>): Promise<Result> {
  for (const patience of PATIENCE_MS) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof GitError) || lockNamedIn(error.stderr) === null) throw error;
      await sleep(patience);
    }
  }
  try {
    return await work();
  } catch (error) {
    const lock = error instanceof GitError ? lockNamedIn(error.stderr) : null;
    if (lock === null) throw error;
    // Git names it as it sees it: through our view.
    throw refusal('SOURCE_LOCKED', { lock: lock.replace(view.gitDir, view.repository.commonDir) }, { cause: error });
  }
}

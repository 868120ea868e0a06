import type { SourceAccess } from '../checkouts/source-access.ts';
import { GitError } from '../git/git-error.ts';
import { branchRef, objectId } from '../git/names.ts';
import { runGit } from '../git/run-git.ts';

export type PushOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly moved: boolean; readonly code: string; readonly detail: string };

const TIMEOUT_MS = 5 * 60_000;

/**
 * For a repository on this machine: a checked-out branch is updated together with its working tree when that is clean
 * (`updateInstead`), hooks of the repository do not run.
 */
const RECEIVE_PACK =
  '--receive-pack=git -c receive.denyCurrentBranch=updateInstead -c core.hooksPath=/dev/null -c core.fsmonitor=false receive-pack';

const DIRTY =
  /unstaged changes|uncommitted changes|staged changes|would be overwritten|could not update working tree|unmerged|not uptodate/i;
const MOVED = /non-fast-forward|fetch first|stale info|cannot lock ref|incorrect old value/i;
const DENIED = /denied|not permitted|permission|authentication failed|could not read username|protected branch/i;

/** Moves one branch of the source from `baseSha` to `sha`, only if it is still there. */
export async function pushBranch(
  source: SourceAccess,
  { gitDir, branch, baseSha, sha }: { gitDir: string; branch: string; baseSha: string; sha: string },
): Promise<PushOutcome> {
  const ref = branchRef(branch);
  const { address, local, protocols = [], network = {}, globalConfig } = source;
  const args = [
    'push',
    '--no-verify',
    '--no-signed',
    `--force-with-lease=${ref}:${objectId(baseSha)}`,
    ...(local ? [RECEIVE_PACK] : []),
    '--end-of-options',
    address,
    `${objectId(sha)}:${ref}`,
  ];
  try {
    await runGit(args, {
      gitDir,
      protocols,
      network,
      timeoutMs: TIMEOUT_MS,
      ...(globalConfig === undefined ? {} : { globalConfig }),
    });
    return { ok: true };
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
    return refused(error.stderr, branch, error.code);
  }
}

function refused(text: string, branch: string, code: GitError['code']): PushOutcome {
  if (DIRTY.test(text)) {
    const detail = `The branch ${branch} is checked out there with changes that are not committed. Commit or stash them, then merge again.`;
    return { ok: false, moved: false, code: 'WORKING_TREE_DIRTY', detail };
  }
  if (MOVED.test(text)) {
    return { ok: false, moved: true, code: 'BASE_MOVED', detail: `The branch ${branch} keeps changing; try again.` };
  }
  if (DENIED.test(text)) {
    return { ok: false, moved: false, code: 'PUSH_DENIED', detail: 'The repository does not let this server push.' };
  }
  if (code === 'GIT_TIMEOUT') {
    return { ok: false, moved: false, code: 'PUSH_TIMEOUT', detail: 'The repository took too long to take the push.' };
  }
  return {
    ok: false,
    moved: false,
    code: 'PUSH_FAILED',
    detail: 'The repository refused the push; see the server log.',
  };
}

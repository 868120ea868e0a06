import { type RefusalParams, type RepositoryRefusal, refusalSentence } from '@claude-codex/contracts';
import { GitError } from '@claude-codex/service-kit/git/git-error';
import { branchRef, objectId } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import { type SourceAccess, SourceUnavailable } from '../sources/source-access.ts';
import { lastWords, refusal } from '../sources/source-refusal.ts';
import { moveLocalBranch, type Push } from './move-local-branch.ts';

export type PushOutcome =
  | { readonly ok: true }
  | { readonly ok: false; readonly moved: boolean; readonly code: string; readonly detail: string };

const TIMEOUT_MS = 5 * 60_000;

const MOVED = /non-fast-forward|fetch first|stale info|cannot lock ref|incorrect old value|but expected/i;
const DENIED = /denied|not permitted|permission|authentication failed|could not read username|protected branch/i;

/** `baseSha` null: the branch is not there yet. */
interface AnyPush extends Omit<Push, 'baseSha'> {
  readonly baseSha: string | null;
}

/** Moves one branch of the source from `baseSha` to `sha`, only if it is still there. */
export async function pushBranch(source: SourceAccess, push: AnyPush): Promise<PushOutcome> {
  const { branch, baseSha } = push;
  try {
    if (source.view === null) await pushTo(source, push);
    // New branches are made where a change is published, and nothing is published in a directory.
    else if (baseSha === null) throw refusal('BASE_BRANCH_MISSING', { branch });
    else await moveLocalBranch(source.view, { ...push, baseSha });
    return { ok: true };
  } catch (error) {
    if (error instanceof SourceUnavailable) {
      return { ok: false, moved: error.code === 'BASE_MOVED', code: error.code, detail: error.message };
    }
    if (!(error instanceof GitError)) throw error;
    return refusedBy(error, push.branch);
  }
}

async function pushTo({ address, protocols, network }: SourceAccess, push: AnyPush): Promise<void> {
  const ref = branchRef(push.branch);
  const lease = `--force-with-lease=${ref}:${push.baseSha === null ? '' : objectId(push.baseSha)}`;
  const args = [
    'push',
    '--no-verify',
    '--no-signed',
    lease,
    '--end-of-options',
    address,
    `${objectId(push.sha)}:${ref}`,
  ];
  await runGit(args, {
    gitDir: push.gitDir,
    timeoutMs: TIMEOUT_MS,
    ...(protocols && { protocols }),
    ...(network && { network }),
  });
}

function refusedBy(error: GitError, branch: string): PushOutcome {
  if (MOVED.test(error.stderr)) return refused('BASE_MOVED', { branch });
  if (DENIED.test(error.stderr)) return refused('PUSH_DENIED', { branch });
  if (error.code === 'GIT_TIMEOUT') return refused('PUSH_TIMEOUT', {});
  return refused('PUSH_FAILED', { words: lastWords(error) });
}

function refused<Code extends RepositoryRefusal>(code: Code, params: RefusalParams<Code>): PushOutcome {
  return { ok: false, moved: code === 'BASE_MOVED', code, detail: refusalSentence(code, params) };
}

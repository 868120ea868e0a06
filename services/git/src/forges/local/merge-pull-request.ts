import { setTimeout as sleep } from 'node:timers/promises';
import {
  type MergeStrategy,
  type RefusalParams,
  type RepositoryRefusal,
  refusalSentence,
} from '@claude-codex/contracts';
import { type Change, conflicting, type ForgeRefusal, forgeRefusal, type Merged } from '@claude-codex/forges/forge';
import { objectId, validId } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import { computeMerge } from '../../merging/compute-merge.ts';
import { AGENT, type Signature } from '../../merging/identities.ts';
import { pushBranch } from '../../merging/push.ts';
import { commitAt, isAncestor } from '../../mirrors/commits.ts';
import { writeInMirror } from '../../mirrors/mirror-locks.ts';
import type { MirrorState, Mirrors } from '../../mirrors/mirrors.ts';
import { type SourceSettings, SourceUnavailable, withSource } from '../../sources/source-access.ts';

export interface MergeTask extends Omit<Change, 'number' | 'taskId' | 'draft'> {
  readonly strategy: MergeStrategy;
  readonly author: Signature;
}

export type MergeResult = Merged | ForgeRefusal;

/**
 * A base that moved under us is no reason to stop as long as the work still merges cleanly: it is merged into the new
 * one. People and other managers push as well, so each try comes a little later than the one before.
 */
const ATTEMPTS = 20;
const RETRY_MS = 50;

/**
 * Merges in the mirror and pushes the result to the source. Before the push the result is written down in the mirror,
 * so a manager that is killed right after it finds its own merge in the source instead of merging twice.
 */
export async function mergePullRequest(
  mirrors: Mirrors,
  settings: SourceSettings,
  task: MergeTask,
): Promise<MergeResult> {
  const { repositoryId, baseBranch, headSha } = task;
  const gitDir = mirrors.gitDir(repositoryId);
  const mark = `refs/codex/merges/${validId(task.pullRequestId)}`;
  let last: MergeResult = refused('BASE_MOVED', { branch: baseBranch });
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    let read: MirrorState;
    try {
      read = await mirrors.refresh(repositoryId, task.source);
    } catch (error) {
      if (!(error instanceof SourceUnavailable)) throw error;
      return forgeRefusal(error.code, error.message);
    }
    const baseSha = await mirrors.sourceHead(repositoryId, baseBranch);
    if (baseSha === null) return refused('BASE_BRANCH_MISSING', { branch: baseBranch });
    if (!(await hasCommit(gitDir, headSha))) return refused('HEAD_MISSING', {});

    const earlier = await commitAt(gitDir, mark);
    if (earlier !== null && (await isAncestor(gitDir, earlier, baseSha))) return merged(earlier, read);
    if (await isAncestor(gitDir, headSha, baseSha)) return merged(headSha, read);

    const outcome = await computeMerge({ gitDir, baseSha, agent: AGENT, ...task });
    if ('conflicts' in outcome) return conflicting(outcome.conflicts);
    const { sha } = outcome;
    await writeInMirror(['update-ref', '--end-of-options', mark, sha], { gitDir });
    const pushed = await withSource(task.source, settings, (source) =>
      pushBranch(source, { gitDir, branch: baseBranch, baseSha, sha }),
    );
    if (pushed.ok) return merged(sha, baseBranch === read.defaultBranch ? { ...read, headSha: sha } : read);
    last = forgeRefusal(pushed.code, pushed.detail);
    if (!pushed.moved) return last;
    await sleep(RETRY_MS * attempt * (0.5 + Math.random()));
  }
  return last;
}

function merged(mergeSha: string, repository: MirrorState): MergeResult {
  return { ok: true, mergeSha, repository };
}

function refused<Code extends RepositoryRefusal>(code: Code, params: RefusalParams<Code>): ForgeRefusal {
  return forgeRefusal(code, refusalSentence(code, params));
}

async function hasCommit(gitDir: string, sha: string): Promise<boolean> {
  const { exitCode } = await runGit(['cat-file', '-e', `${objectId(sha)}^{commit}`], { gitDir, accept: [0, 1, 128] });
  return exitCode === 0;
}

import type { ChangeSet, EventData, RepositorySource } from '@claude-codex/contracts';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { branchRef, objectId } from '@claude-codex/service-kit/git/names';
import { changeSet } from '../diffs/change-set.ts';
import { isAncestor } from '../mirrors/commits.ts';
import { writeInMirror } from '../mirrors/mirror-locks.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { SourceUnavailable } from '../sources/source-access.ts';
import { computeMerge } from './compute-merge.ts';
import { AGENT, type Signature } from './identities.ts';
import { conflicting, type MergeFailure, mergeFailure } from './merge-failure.ts';

export type UpdateResult =
  | { readonly ok: true; readonly headSha: string; readonly changes: ChangeSet | null }
  | MergeFailure;

/**
 * Brings the base as it is now into the branch of a pull request, in the mirror: no file is checked out, and the source
 * is not touched. Done again after a crash it finds its own merge in the branch and has nothing left to bring in.
 */
export async function updateFromBase(
  { mirrors, blobs }: { mirrors: Mirrors; blobs: BlobStore },
  {
    pullRequest,
    source,
    author,
  }: { pullRequest: EventData<'PullRequestOpened'>; source: RepositorySource; author: Signature },
): Promise<UpdateResult> {
  const { repositoryId, branch, baseBranch, headSha, title } = pullRequest;
  const gitDir = mirrors.gitDir(repositoryId);
  try {
    await mirrors.refresh(repositoryId, source);
  } catch (error) {
    if (!(error instanceof SourceUnavailable)) throw error;
    return mergeFailure(error.code, error.message);
  }
  const baseSha = await mirrors.sourceHead(repositoryId, baseBranch);
  if (baseSha === null)
    return mergeFailure('BASE_BRANCH_MISSING', `The repository has no branch ${baseBranch} any more.`);
  if (await isAncestor(gitDir, baseSha, headSha)) return { ok: true, headSha, changes: null };
  // The other way round than a merge into the base: the branch is what the base is merged into.
  const outcome = await computeMerge({
    gitDir,
    strategy: 'merge',
    baseSha: headSha,
    headSha: baseSha,
    branch: baseBranch,
    baseBranch: branch,
    title,
    body: '',
    author,
    agent: AGENT,
  });
  if ('conflicts' in outcome) return conflicting(outcome.conflicts);
  const { sha } = outcome;
  const found = await changeSet(blobs, { gitDir, branch, baseSha, headSha: sha, previousHeadSha: headSha });
  await writeInMirror(['update-ref', '--end-of-options', branchRef(branch), objectId(sha)], { gitDir });
  return { ok: true, headSha: sha, changes: found?.changes ?? null };
}

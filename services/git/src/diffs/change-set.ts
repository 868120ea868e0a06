import type { ChangeSet } from '@claude-codex/contracts';
import { shown } from '@claude-codex/contracts/hidden-characters';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { listCommits, mergeBase } from '../mirrors/commits.ts';
import { computeDiff, type StoredChange } from './compute-diff.ts';

export interface ChangeSetRequest {
  readonly gitDir: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly headSha: string;
  readonly previousHeadSha: string | null;
}

export interface FoundChanges {
  readonly changes: ChangeSet;
  readonly notices: readonly string[];
}

/**
 * What a branch changed since it left its base, and since the round before; the diffs go to the blob store. Null when
 * there is no commit and no difference.
 */
export async function changeSet(blobs: BlobStore, request: ChangeSetRequest): Promise<FoundChanges | null> {
  const { gitDir, branch, headSha, previousHeadSha } = request;
  // An agent may have merged or rebased: what counts is where its branch and the base really part.
  const baseSha = (await mergeBase(gitDir, request.baseSha, headSha)) ?? request.baseSha;
  const commits = await listCommits(gitDir, baseSha, headSha);
  if (commits.length === 0) return null;
  const diff = await computeDiff(gitDir, { baseSha, headSha }, blobs);
  const interdiff =
    previousHeadSha === null || previousHeadSha === headSha
      ? null
      : await computeDiff(gitDir, { baseSha: previousHeadSha, headSha }, blobs);
  const changes = {
    branch,
    baseSha,
    headSha,
    previousHeadSha,
    commits,
    filesChanged: diff.filesChanged,
    additions: diff.additions,
    deletions: diff.deletions,
    diffBlobId: diff.blobId,
    interdiffBlobId: interdiff?.blobId ?? null,
  };
  return { changes, notices: noticesOf(diff) };
}

const SHOWN_FILES = 5;

/** What a reviewer has to know before looking: they may see something else than what runs. */
function noticesOf({ misleading }: StoredChange): string[] {
  if (misleading.length === 0) return [];
  const named = misleading.toSpliced(SHOWN_FILES).map(shown).join(', ');
  const more = misleading.length > SHOWN_FILES ? ` and ${misleading.length - SHOWN_FILES} more` : '';
  return [`Characters that cannot be seen, or that only look like others: ${named}${more}.`];
}

import type { ChangeSet } from '@claude-codex/contracts';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { listCommits, mergeBase } from '../checkouts/commits.ts';
import { computeDiff } from './compute-diff.ts';

export interface ChangeSetRequest {
  readonly gitDir: string;
  readonly branch: string;
  readonly baseSha: string;
  readonly headSha: string;
  readonly previousHeadSha: string | null;
}

const MAX_DIFF_BYTES = 256 * 1024 * 1024;

/**
 * What a branch changed since it left its base, and since the round before; the diffs go to the blob store. Null when
 * there is no commit and no difference.
 */
export async function changeSet(blobs: BlobStore, request: ChangeSetRequest): Promise<ChangeSet | null> {
  const { gitDir, branch, headSha, previousHeadSha } = request;
  // An agent may have merged or rebased: what counts is where its branch and the base really part.
  const baseSha = (await mergeBase(gitDir, request.baseSha, headSha)) ?? request.baseSha;
  const commits = await listCommits(gitDir, baseSha, headSha);
  if (commits.length === 0) return null;
  const diff = await computeDiff(gitDir, baseSha, headSha);
  const interdiff =
    previousHeadSha === null || previousHeadSha === headSha
      ? null
      : await computeDiff(gitDir, previousHeadSha, headSha);
  return {
    branch,
    baseSha,
    headSha,
    previousHeadSha,
    commits,
    filesChanged: diff.files.length,
    additions: diff.files.reduce((sum, file) => sum + file.additions, 0),
    deletions: diff.files.reduce((sum, file) => sum + file.deletions, 0),
    diffBlobId: await store(blobs, diff),
    interdiffBlobId: interdiff === null ? null : await store(blobs, interdiff),
  };
}

async function store(blobs: BlobStore, document: unknown): Promise<string> {
  const body = Buffer.from(JSON.stringify(document));
  return (await blobs.put(body, { maxBytes: MAX_DIFF_BYTES })).blobId;
}

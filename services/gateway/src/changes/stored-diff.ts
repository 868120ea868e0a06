import { BlobNotFound, type BlobStore } from '@claude-codex/service-kit/blobs';
import { openDiff } from '@claude-codex/service-kit/diffs/read-diff';
import type { StoredDiff } from '@claude-codex/service-kit/diffs/stored-diff';
import { Problem } from '@claude-codex/service-kit/http/problem';

/** A stored change; a problem in words when it is gone. */
export async function openStoredDiff(blobs: BlobStore, blobId: string): Promise<StoredDiff> {
  try {
    return await openDiff(blobs, blobId);
  } catch (cause) {
    if (!(cause instanceof BlobNotFound)) throw cause;
    throw new Problem('DOCUMENT_NOT_FOUND', { detail: 'The content is not stored here any more.', cause });
  }
}

import type { ErrorCode } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { reviewDecider } from '@claude-codex/domain/review/decide';
import { type EventStore, loadState } from '@claude-codex/eventing';

import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { StoredDiff } from '@claude-codex/service-kit/diffs/stored-diff';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { openStoredDiff } from '../changes/stored-diff.ts';
import { refusal } from '../commands/problems.ts';

const MAX_DOCUMENT_BYTES = 32 * 1024 * 1024;

interface Place {
  readonly path: string;
  readonly side: 'old' | 'new';
  readonly startLine: number;
  readonly endLine: number;
}

/** The work a review is about, as far as comments and marks point into it. */
export interface WhatIsReviewed {
  /** Refuses a place that nobody sees: what is said about it would reach the agent all the same. */
  requireLines(place: Place): Promise<void>;
  /** Refuses a mark on a file that is not there, or is another by now. */
  requireFile(path: string, contentHash: string): Promise<void>;
  /** Refuses when its changes cannot be looked at. */
  requireReadable(): Promise<void>;
}

export async function whatIsReviewed(
  { store, blobs }: { store: EventStore; blobs: BlobStore },
  reviewId: string,
): Promise<WhatIsReviewed> {
  const state = await loadState(store, streamOf('review', reviewId), reviewDecider);
  if (state.status === 'none') throw refusal('REVIEW_NOT_FOUND');
  const { changes, deliverables } = state;

  /** Against where the work began, and against the round before: both are shown, and lines of both commented on. */
  async function diffs(): Promise<StoredDiff[]> {
    const ids = [changes?.diffBlobId, changes?.interdiffBlobId].filter((id) => id !== undefined && id !== null);
    return Promise.all(ids.map((id) => openStoredDiff(blobs, id)));
  }

  return {
    async requireLines({ path, side, startLine, endLine }) {
      const document = deliverables.find((deliverable) => deliverable.path === path);
      if (document !== undefined && side === 'new' && endLine <= (await linesOf(blobs, document.blobId))) return;
      const all = await diffs();
      for (const diff of all) {
        if ((await diff.hasLine(path, side, startLine)) && (await diff.hasLine(path, side, endLine))) return;
      }
      const files = await Promise.all(all.map((diff) => diff.file(path)));
      if (document === undefined && files.every((file) => file === null)) throw notThere('FILE_NOT_IN_DIFF', 'path');
      throw notThere('LINE_NOT_IN_DIFF', 'startLine');
    },
    async requireFile(path, contentHash) {
      const files = await Promise.all((await diffs()).map((diff) => diff.file(path)));
      const known = files.filter((file) => file !== null);
      if (known.length === 0) throw notThere('FILE_NOT_IN_DIFF', 'path');
      if (!known.some((file) => file.contentHash === contentHash)) throw notThere('FILE_CHANGED', 'contentHash');
    },
    async requireReadable() {
      if (changes === null) return;
      const diff = await openStoredDiff(blobs, changes.diffBlobId);
      await diff.index({ after: 0, limit: 1 });
    },
  };
}

function notThere(code: ErrorCode, field: string): Problem {
  const { message: detail } = refusal(code);
  return new Problem(code, { detail, errors: [{ field: `body.${field}`, code, expected: detail }] });
}

async function linesOf(blobs: BlobStore, blobId: string): Promise<number> {
  return (await blobs.read(blobId, MAX_DOCUMENT_BYTES)).toString('utf8').split('\n').length;
}

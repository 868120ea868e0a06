import { join } from 'node:path';
import { type DiffFile, DiffIndex, type DiffLine, DiffPart } from '@claude-codex/contracts';
import { createDirectoryBlobs } from '@claude-codex/service-kit';
import { openDiff } from '@claude-codex/service-kit/diffs/read-diff';
import type { StoredDiff } from '@claude-codex/service-kit/diffs/stored-diff';
import { computeDiff } from './compute-diff.ts';
import { PART_LIMITS } from './part-writer.ts';

export interface ReadFile extends DiffFile {
  readonly hunks: DiffPart['hunks'];
  readonly lines: DiffLine[];
}

/** The difference between two commits of a repository, stored and read back as the gateway reads it. */
export async function storedDiff(
  root: string,
  commits: { baseSha: string; headSha: string },
  limits = PART_LIMITS,
): Promise<{ diff: StoredDiff; files: ReadFile[] }> {
  const blobs = createDirectoryBlobs(join(root, '.git', 'blobs'));
  const { blobId } = await computeDiff(join(root, '.git'), commits, blobs, limits);
  const diff = await openDiff(blobs, blobId);
  const index = DiffIndex.parse(await diff.index({ after: 0, limit: 10_000 }));
  const files = await Promise.all(index.files.map((file) => withLines(diff, file)));
  return { diff, files };
}

async function withLines(diff: StoredDiff, file: DiffFile): Promise<ReadFile> {
  const parts = await Promise.all(file.parts.map(async (_, part) => DiffPart.parse(await diff.part(file.path, part))));
  const hunks = parts.flatMap((part) => part.hunks);
  return { ...file, hunks, lines: hunks.flatMap(({ lines }) => lines) };
}

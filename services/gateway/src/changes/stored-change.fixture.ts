import { createHash } from 'node:crypto';
import type { ChangeSet, DiffLine } from '@claude-codex/contracts';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { writeDiff } from '@claude-codex/service-kit/diffs/write-diff';

const COMMITS = { baseSha: 'a'.repeat(40), headSha: 'b'.repeat(40) };

export const hashOf = (path: string) => createHash('sha1').update(path).digest('hex');

/** A change that added so many lines to each of these files, stored as a manager stores it: 100 lines a part. */
export async function storedChange(blobs: BlobStore, files: Readonly<Record<string, number>>): Promise<ChangeSet> {
  const { blobId, totalFiles } = await writeDiff(blobs, 1024 ** 3, async (sink) => {
    const stored = [];
    for (const [path, lines] of Object.entries(files)) {
      const parts = [];
      for (let first = 1; first <= lines; first += 100) {
        const count = Math.min(100, lines - first + 1);
        const added = Array.from({ length: count }, (_, n): DiffLine => {
          return { kind: 'added', oldLine: null, newLine: first + n, text: `line ${first + n} of ${path}` };
        });
        const hunk = { oldStart: 0, oldLines: 0, newStart: first, newLines: count, section: '', lines: added };
        const place = await sink.write(Buffer.from(JSON.stringify([{ ...hunk, skipped: 0, continued: first > 1 }])));
        const span: [number, number] = [first, first + count - 1];
        parts.push({ ...place, lines: count, old: [1, 0] as [number, number], new: span, long: [] });
      }
      stored.push({
        path,
        oldPath: null,
        status: 'added' as const,
        oldMode: null,
        newMode: '100644',
        binary: false,
        additions: lines,
        deletions: 0,
        contentHash: hashOf(path),
        misleading: 0,
        parts,
      });
    }
    return { ...COMMITS, files: stored };
  });
  return {
    branch: 'codex/1',
    ...COMMITS,
    previousHeadSha: null,
    commits: [{ sha: COMMITS.headSha, subject: 'Work', authoredAt: '2026-11-01T00:00:00Z' }],
    filesChanged: totalFiles,
    additions: Object.values(files).reduce((sum, lines) => sum + lines, 0),
    deletions: 0,
    diffBlobId: blobId,
    interdiffBlobId: null,
  };
}

/** A change that added these files, each called an image and stored as a manager stores one. */
export async function storedImages(blobs: BlobStore, files: Readonly<Record<string, Buffer>>): Promise<ChangeSet> {
  const change = await storedChange(blobs, {});
  const { blobId, totalFiles } = await writeDiff(blobs, 1024 ** 3, async (sink) => {
    const stored = [];
    for (const [path, content] of Object.entries(files)) {
      const images = { old: null, new: await sink.write(content) };
      const counts = { additions: 0, deletions: 0, misleading: 0, parts: [] };
      const modes = { oldPath: null, status: 'added' as const, oldMode: null, newMode: '100644', binary: true };
      stored.push({ path, ...modes, ...counts, contentHash: hashOf(path), images });
    }
    return { ...COMMITS, files: stored };
  });
  return { ...change, filesChanged: totalFiles, diffBlobId: blobId };
}

import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { comparePaths } from '@claude-codex/contracts/git-path';
import type { BlobStore } from '../blobs.ts';
import { fileLine, MAGIC, type StoredFile, type StoredHeader, trailer } from './layout.ts';

/** Takes bytes as they come and says where they begin. */
export interface DiffSink {
  write(bytes: Uint8Array): Promise<{ at: number; bytes: number }>;
}

/**
 * Stores a change while `produce` writes its parts; holds no more of it than the facts of its files. Throws what
 * `produce` or the store throws, and keeps nothing then.
 */
export async function writeDiff(
  blobs: BlobStore,
  maxBytes: number,
  produce: (sink: DiffSink) => Promise<{ baseSha: string; headSha: string; files: StoredFile[] }>,
): Promise<StoredHeader & { blobId: string; files: readonly StoredFile[] }> {
  const body = new PassThrough({ highWaterMark: 256 * 1024 });
  const stored = blobs.put(body, { maxBytes });
  // Whoever writes waits for room, which would never come from a store that gave up.
  stored.catch((error: Error) => body.destroy(error));
  let at = 0;
  const sink: DiffSink = {
    async write(bytes) {
      if (body.errored !== null) throw body.errored;
      const place = { at, bytes: bytes.length };
      at += bytes.length;
      if (!body.write(bytes)) await once(body, 'drain');
      return place;
    },
  };
  try {
    await sink.write(Buffer.from(MAGIC));
    const { files, ...commits } = await produce(sink);
    const indexAt = at;
    const totalLines = files.reduce((sum, { parts }) => sum + parts.reduce((lines, part) => lines + part.lines, 0), 0);
    const header = { ...commits, totalFiles: files.length, totalLines };
    const sorted = files.toSorted((a, b) => comparePaths(a.path, b.path));
    await sink.write(Buffer.from(`${JSON.stringify(header)}\n`));
    for (const file of sorted) await sink.write(Buffer.from(fileLine(file)));
    await sink.write(trailer(indexAt));
    body.end();
    return { ...header, blobId: (await stored).blobId, files: sorted };
  } catch (error) {
    body.destroy(error instanceof Error ? error : new Error(String(error)));
    await stored.catch(() => undefined);
    throw error;
  }
}

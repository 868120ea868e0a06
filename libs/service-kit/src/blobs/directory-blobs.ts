import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobRange, BlobStore } from '../blobs.ts';
import { BlobNotFound } from '../blobs.ts';
import { withIncoming } from './incoming.ts';
import { isBlobId, readWhole } from './whole.ts';

/**
 * Blobs as files, named by content: `<root>/ab/cdef…`. A body is written beside its place, synced, and renamed into it,
 * so a blob that exists is whole, also after a power cut. Several processes may share the directory.
 */
export function createDirectoryBlobs(root: string): BlobStore {
  function pathOf(blobId: string): string {
    if (!isBlobId(blobId)) throw new BlobNotFound('with this name');
    return join(root, blobId.slice(0, 2), blobId.slice(2));
  }

  function put(body: Uint8Array | Readable, { maxBytes }: { maxBytes: number }) {
    return withIncoming(join(root, 'incoming'), { body, maxBytes }, async ({ path, blobId, bytes }) => {
      const place = pathOf(blobId);
      if (!(await exists(place))) await publish(path, place);
      return { blobId, bytes };
    });
  }

  async function get(blobId: string, range?: BlobRange): Promise<Readable> {
    const path = pathOf(blobId);
    if (!(await exists(path))) throw new BlobNotFound(blobId);
    if (range === undefined) return createReadStream(path);
    // A stream of no bytes cannot be asked for: its end is the last byte that is read.
    if (range.bytes <= 0) return Readable.from([]);
    return createReadStream(path, { start: range.at, end: range.at + range.bytes - 1 });
  }

  async function statOf(blobId: string): Promise<{ bytes: number } | null> {
    if (!isBlobId(blobId)) return null;
    try {
      return { bytes: (await stat(pathOf(blobId))).size };
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  async function remove(blobId: string): Promise<void> {
    await rm(pathOf(blobId), { force: true });
  }

  return {
    put,
    get,
    read: (blobId, maxBytes) => readWhole({ stat: statOf, get }, blobId, maxBytes),
    stat: statOf,
    remove,
  };
}

/** The rename is only durable once the directory holding the name is synced too. */
async function publish(temporary: string, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await rename(temporary, path);
  const directory = await open(dirname(path), 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

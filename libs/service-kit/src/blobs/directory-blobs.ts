import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import type { BlobRange, BlobStore } from '../blobs.ts';
import { BlobNotFound, BlobTooLarge } from '../blobs.ts';

const BLOB_ID = /^[0-9a-f]{64}$/;

/**
 * Blobs as files, named by content: `<root>/ab/cdef…`. A body is written beside its place, synced, and renamed into it,
 * so a blob that exists is whole, also after a power cut. Several processes may share the directory.
 */
export function createDirectoryBlobs(root: string): BlobStore {
  function pathOf(blobId: string): string {
    if (!BLOB_ID.test(blobId)) throw new BlobNotFound('with this name');
    return join(root, blobId.slice(0, 2), blobId.slice(2));
  }

  async function put(body: Uint8Array | Readable, { maxBytes }: { maxBytes: number }) {
    // A body may break off before its first byte is read; the reading below then throws that error.
    if (body instanceof Readable) body.on('error', () => undefined);
    const incoming = join(root, 'incoming');
    await mkdir(incoming, { recursive: true });
    const temporary = join(incoming, randomUUID());
    try {
      const { blobId, bytes } = await write(temporary, body, maxBytes);
      const path = pathOf(blobId);
      if (await exists(path)) await rm(temporary);
      else await publish(temporary, path);
      return { blobId, bytes };
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  }

  async function get(blobId: string, range?: BlobRange): Promise<Readable> {
    const path = pathOf(blobId);
    if (!(await exists(path))) throw new BlobNotFound(blobId);
    if (range === undefined) return createReadStream(path);
    // A stream of no bytes cannot be asked for: its end is the last byte that is read.
    if (range.bytes <= 0) return Readable.from([]);
    return createReadStream(path, { start: range.at, end: range.at + range.bytes - 1 });
  }

  async function read(blobId: string, maxBytes: number): Promise<Buffer> {
    const known = await statOf(blobId);
    if (known === null) throw new BlobNotFound(blobId);
    if (known.bytes > maxBytes) throw new BlobTooLarge(maxBytes);
    const chunks: Buffer[] = [];
    for await (const chunk of await get(blobId)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async function statOf(blobId: string): Promise<{ bytes: number } | null> {
    if (!BLOB_ID.test(blobId)) return null;
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

  return { put, get, read, stat: statOf, remove };
}

async function write(path: string, body: Uint8Array | Readable, maxBytes: number) {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx', 0o640);
  try {
    for await (const chunk of body instanceof Readable ? body : [body]) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new BlobTooLarge(maxBytes);
      hash.update(chunk);
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { blobId: hash.digest('hex'), bytes };
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

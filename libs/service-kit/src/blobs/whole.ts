import { createHash } from 'node:crypto';
import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BlobDamaged, BlobNotFound, type BlobStore, BlobTooLarge } from '../blobs.ts';

const BLOB_ID = /^[0-9a-f]{64}$/;

export function isBlobId(text: string): boolean {
  return BLOB_ID.test(text);
}

/** Passes a whole content on and breaks off with `BlobDamaged` when it is not the one it is called. */
export function verified(blobId: string, content: Readable): Readable {
  const hash = createHash('sha256');
  const checking = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
    flush(done) {
      done(hash.digest('hex') === blobId ? null : new BlobDamaged(blobId));
    },
  });
  // Whoever reads it sees the error.
  pipeline(content, checking).catch(() => undefined);
  return checking;
}

/** The whole content in memory, of a store that says how long it is and hands it out. */
export async function readWhole(
  store: Pick<BlobStore, 'stat' | 'get'>,
  blobId: string,
  maxBytes: number,
): Promise<Buffer> {
  const known = await store.stat(blobId);
  if (known === null) throw new BlobNotFound(blobId);
  if (known.bytes > maxBytes) throw new BlobTooLarge(maxBytes);
  const chunks: Buffer[] = [];
  for await (const chunk of await store.get(blobId)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

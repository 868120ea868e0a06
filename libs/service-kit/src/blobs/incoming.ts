import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { BlobTooLarge } from '../blobs.ts';

/** A whole body in a file of its own, and what it is called. */
export interface Incoming {
  readonly path: string;
  readonly blobId: string;
  readonly bytes: number;
}

/**
 * Writes a body to a file and hands it to `keep`: the name of a body is only known at its end, and one that is too large
 * or breaks off must leave nothing behind. The file is gone afterwards, unless `keep` moved it away.
 */
export async function withIncoming<Result>(
  directory: string,
  { body, maxBytes }: { body: Uint8Array | Readable; maxBytes: number },
  keep: (incoming: Incoming) => Promise<Result>,
): Promise<Result> {
  // A body may break off before its first byte is read; the reading below then throws that error.
  if (body instanceof Readable) body.on('error', () => undefined);
  await mkdir(directory, { recursive: true });
  const path = join(directory, randomUUID());
  try {
    return await keep({ path, ...(await write(path, body, maxBytes)) });
  } finally {
    await rm(path, { force: true });
  }
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

import type { Readable } from 'node:stream';

/** The body was larger than the caller allowed; nothing was kept. */
export class BlobTooLarge extends Error {
  readonly code = 'BODY_TOO_LARGE';

  constructor(maxBytes: number) {
    super(`The body is larger than ${maxBytes} bytes`);
    this.name = 'BlobTooLarge';
  }
}

export class BlobNotFound extends Error {
  readonly code = 'NOT_FOUND';

  constructor(blobId: string) {
    super(`There is no blob ${blobId}`);
    this.name = 'BlobNotFound';
  }
}

/** What came is not the content that has this name. */
export class BlobDamaged extends Error {
  constructor(blobId: string) {
    super(`The content kept as blob ${blobId} is another one: it was changed or damaged where it is kept`);
    this.name = 'BlobDamaged';
  }
}

export interface BlobRange {
  /** The first byte. */
  readonly at: number;
  readonly bytes: number;
}

/** Large things (bundles, transcripts, diffs, deliverables) under the SHA-256 of their content, in hex. */
export interface BlobStore {
  /** Stores the whole body or nothing; throws `BlobTooLarge`. The same content again is the same blob. */
  put(body: Uint8Array | Readable, options: { maxBytes: number }): Promise<{ blobId: string; bytes: number }>;
  /** The whole content or a piece of it; throws `BlobNotFound`. What came over a network is compared with its name. */
  get(blobId: string, range?: BlobRange): Promise<Readable>;
  /** The whole content; throws `BlobNotFound`, and `BlobTooLarge` before reading more than `maxBytes`. */
  read(blobId: string, maxBytes: number): Promise<Buffer>;
  stat(blobId: string): Promise<{ bytes: number } | null>;
  /** For what nothing in the log refers to; one that is not there is no error. */
  remove(blobId: string): Promise<void>;
}

/** A piece of a content, shorter where the content ends; throws `BlobNotFound`. */
export async function readRange(blobs: BlobStore, blobId: string, range: BlobRange): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of await blobs.get(blobId, range)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

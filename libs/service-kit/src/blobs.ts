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

/** Large things (bundles, transcripts, diffs, deliverables) under the SHA-256 of their content, in hex. */
export interface BlobStore {
  /** Stores the whole body or nothing; throws `BlobTooLarge`. The same content again is the same blob. */
  put(body: Uint8Array | Readable, options: { maxBytes: number }): Promise<{ blobId: string; bytes: number }>;
  /** Throws `BlobNotFound`. */
  get(blobId: string): Promise<Readable>;
  /** The whole content; throws `BlobNotFound`, and `BlobTooLarge` before reading more than `maxBytes`. */
  read(blobId: string, maxBytes: number): Promise<Buffer>;
  stat(blobId: string): Promise<{ bytes: number } | null>;
}

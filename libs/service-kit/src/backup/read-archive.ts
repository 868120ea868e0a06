import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { createZstdDecompress } from 'node:zlib';
import { createTarDecoder } from 'modern-tar';
import { knownCause } from '../known-causes.mjs';

export interface ArchiveEntry {
  name: string;
  isDirectory: boolean;
  /** Permission bits. */
  mode: number;
  /** To be read to its end, or left alone. */
  body: AsyncIterable<Uint8Array>;
}

export interface ReadArchiveOptions {
  signal?: AbortSignal;
  /** Share of the file that was read, 0 to 1. */
  onProgress?: (share: number) => void;
}

/** The file is no archive, is cut off, or has a byte that is not as it was written. */
export class ArchiveBroken extends Error {
  readonly code = 'ARCHIVE_BROKEN';

  constructor(path: string, cause: unknown, options: ErrorOptions = { cause }) {
    super(`${path} is not a whole backup: ${wordsOf(cause)}.`, options);
    this.name = 'ArchiveBroken';
  }
}

/** What decompressing and unpacking say of bytes that are none of ours speaks of frames and headers. */
function wordsOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  return knownCause(cause) ?? 'it was cut off or changed, or `npm run backup` did not make it; take another one';
}

/**
 * Reads an archive of `writeArchive` from its beginning, one entry after the other; memory stays flat. Throws
 * `ArchiveBroken` where it is not as it was written, and what `visit` throws as it is.
 */
export async function readArchive(
  path: string,
  visit: (entry: ArchiveEntry) => Promise<void>,
  { signal, onProgress }: ReadArchiveOptions = {},
): Promise<void> {
  const { size } = await stat(path);
  const file = createReadStream(path, { highWaterMark: 1 << 20, ...(signal === undefined ? {} : { signal }) });
  file.on('data', () => onProgress?.(file.bytesRead / size));
  const plain = createZstdDecompress();
  file.on('error', (error) => plain.destroy(error));
  const tar = Readable.toWeb(file.pipe(plain)) as WebStream<Uint8Array>;
  const entries = tar.pipeThrough(createTarDecoder({ strict: true })).getReader();
  try {
    for (;;) {
      const { done, value } = await broken(path, signal, () => entries.read());
      if (done) break;
      const { header, body } = value;
      let isRead = false;
      await visit({
        name: header.name,
        isDirectory: header.type === 'directory',
        mode: (header.mode ?? 0o600) & 0o777,
        body: (async function* () {
          isRead = true;
          yield* chunksOf(path, signal, body);
        })(),
      });
      if (!isRead) for await (const _ of chunksOf(path, signal, body));
    }
  } finally {
    await entries.cancel().catch(() => undefined);
    file.destroy();
  }
}

async function* chunksOf(path: string, signal: AbortSignal | undefined, body: WebStream<Uint8Array>) {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await broken(path, signal, () => reader.read());
    if (done) return;
    yield value;
  }
}

async function broken<T>(path: string, signal: AbortSignal | undefined, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    signal?.throwIfAborted();
    throw new ArchiveBroken(path, error);
  }
}

import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { link, open, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createZstdCompress } from 'node:zlib';
import { createTarPacker } from 'modern-tar';

/** What an entry's bytes are, for whoever checks them later. */
export interface Written {
  bytes: number;
  /** SHA-256, hex. */
  sha256: string;
}

export interface ArchiveWriter {
  add(name: string, body: Uint8Array): Promise<void>;
  /** As long as the file is now: what is appended meanwhile stays out. Throws when it became shorter. */
  addFile(name: string, path: string): Promise<Written>;
  addDirectory(name: string, mode: number): Promise<void>;
}

export interface WriteArchiveOptions {
  signal?: AbortSignal;
  /** Compressed bytes on disk so far. */
  onProgress?: (bytes: number) => void;
}

/**
 * Writes a tar archive, compressed with zstd and checksummed, that only its owner may read. It gets its name when it is
 * whole and on disk; whatever goes wrong before (a full disk, an abort, `fill` throwing) leaves nothing behind. Memory
 * stays flat: `fill` waits while the disk is slower. Throws when there is a file of that name. Gives its size.
 */
export async function writeArchive(
  target: string,
  fill: (archive: ArchiveWriter) => Promise<void>,
  { signal, onProgress }: WriteArchiveOptions = {},
): Promise<number> {
  const partial = `${target}.${process.pid}.partial`;
  const { readable, controller } = createTarPacker();
  const file = createWriteStream(partial, { flags: 'wx', mode: 0o600, flush: true });
  const compressed = createZstdCompress({ params: { [constants.ZSTD_c_checksumFlag]: 1 } });
  compressed.on('data', () => onProgress?.(file.bytesWritten));
  const flowing = pipeline(Readable.fromWeb(readable), compressed, file, signal === undefined ? {} : { signal });
  const filling = fill(writerOf(controller)).then(
    () => controller.finalize(),
    (error: unknown) => {
      controller.error(error);
      throw error;
    },
  );
  try {
    // Whichever fails stops the other; the one that failed first says why.
    await Promise.all([flowing, filling]);
    // Unlike a rename, a link never replaces a file that came to be meanwhile.
    await link(partial, target);
    return file.bytesWritten;
  } finally {
    await Promise.allSettled([flowing, filling]);
    await rm(partial, { force: true });
  }
}

function writerOf(controller: ReturnType<typeof createTarPacker>['controller']): ArchiveWriter {
  async function addFile(name: string, path: string): Promise<Written> {
    const file = await open(path, 'r');
    try {
      const { size, mode, mtime } = await file.stat();
      const writer = controller.add({ name, size, mode: mode & 0o777, mtime }).getWriter();
      const hash = createHash('sha256');
      let bytes = 0;
      if (size > 0) {
        for await (const chunk of file.createReadStream({ end: size - 1, autoClose: false }) as AsyncIterable<Buffer>) {
          hash.update(chunk);
          bytes += chunk.length;
          await writer.write(chunk);
        }
      }
      if (bytes !== size) throw new Error(`${path} became shorter while it was read; try again.`);
      await writer.close();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await file.close();
    }
  }

  return {
    addFile,
    async add(name, body) {
      const writer = controller.add({ name, size: body.length, mode: 0o600 }).getWriter();
      await writer.write(body);
      await writer.close();
    },
    async addDirectory(name, mode) {
      await controller.add({ name: `${name}/`, size: 0, type: 'directory', mode }).close();
    },
  };
}

import { readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobStore } from '@claude-codex/service-kit/blobs';

/** A host takes a pack within minutes; whoever comes later has a new one made. */
const KEPT_MS = 60 * 60_000;

export interface GivenPacks {
  /** A pack was put into the blob store and is on its way to a host. */
  note(blobId: string): Promise<void>;
  /** Takes those away that had their time, also those noted before a restart. */
  clear(now: number): Promise<void>;
}

/** Packs cross the blob store and are nobody's afterwards, so what was given out is noted on disk until it is removed. */
export function createGivenPacks(directory: string, blobs: Pick<BlobStore, 'remove'>): GivenPacks {
  return {
    async note(blobId) {
      const path = join(directory, blobId);
      await writeFile(path, '', { mode: 0o600 });
      // Given out again it starts its time again.
      const now = new Date();
      await utimes(path, now, now);
    },
    async clear(now) {
      for (const blobId of await readdir(directory)) {
        const { mtimeMs } = await stat(join(directory, blobId));
        if (now - mtimeMs < KEPT_MS) continue;
        await blobs.remove(blobId);
        await rm(join(directory, blobId), { force: true });
      }
    },
  };
}

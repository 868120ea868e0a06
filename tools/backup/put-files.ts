import { createWriteStream, existsSync } from 'node:fs';
import { chmod, chown, mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ArchiveEntry } from '@claude-codex/service-kit/backup/read-archive';
import { isDataFile, namesIn } from './data-files.ts';

export interface FilesIn {
  /** `path` is that below the data directory. */
  put(path: string, entry: ArchiveEntry): Promise<void>;
  /** Moves everything to where it belongs. */
  publish(): Promise<void>;
  /** Removes what was put and published. */
  undo(): Promise<void>;
}

/**
 * Takes files beside their place in a data directory and moves them there in the end, so that a restore that is broken
 * off leaves the directory as it was. Run by root, files belong to whom the directory belongs to.
 */
export async function putFiles(root: string): Promise<FilesIn> {
  const beside = join(root, `restoring-${process.pid}`);
  const { uid, gid } = await stat(root);
  const published: string[] = [];

  async function handOver(path: string, mode: number): Promise<void> {
    await chmod(path, mode);
    if (process.getuid?.() === 0) await chown(path, uid, gid);
  }

  async function put(path: string, { isDirectory, mode, body }: ArchiveEntry): Promise<void> {
    if (!isDataFile({ path, isDirectory })) throw new Error(`${path} has no place in a data directory`);
    const to = join(beside, path);
    await mkdir(isDirectory ? to : dirname(to), { recursive: true });
    if (!isDirectory) await pipeline(Readable.from(body), createWriteStream(to, { flags: 'wx', flush: true }));
    await handOver(to, mode);
  }

  async function publish(): Promise<void> {
    for (const name of await namesIn(beside)) {
      const place = join(root, name);
      // Only an empty directory is replaced: the system refuses anything else.
      await rename(join(beside, name), place);
      published.push(place);
    }
    await rm(beside, { recursive: true, force: true });
  }

  return {
    put,
    publish,
    async undo() {
      for (const path of [beside, ...published]) await rm(path, { recursive: true, force: true });
    },
  };
}

/** Puts the master key in its place. One that is there, and opened nothing yet, is kept beside it. */
export async function putKey(file: string, { body }: ArchiveEntry): Promise<void> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const making = `${file}.${process.pid}`;
  await pipeline(Readable.from(body), createWriteStream(making, { flags: 'wx', mode: 0o600, flush: true }));
  if (existsSync(file)) await rename(file, `${file}.before-restore-${Date.now()}`);
  await rename(making, file);
}

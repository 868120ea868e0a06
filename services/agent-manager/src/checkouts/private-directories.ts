import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Directories } from './directories.ts';

/** `own`: nobody else gets in. `passage`: nobody else sees what is in it, but an agent's user may pass through to its own. */
export const MODES = { own: 0o700, passage: 0o711 } as const;
export type DirectoryMode = (typeof MODES)[keyof typeof MODES];

/**
 * Makes the manager's directories, and puts the modes of an earlier release's right. `mode` is for those on the way to a
 * checkout. Said by `chmod`, as a mode given to `mkdir` is cut by the umask and ignored for what is there.
 */
export async function makePrivate(directories: Directories, mode: DirectoryMode): Promise<void> {
  const { root, instances, processes, temporary, repositories, sockets } = directories;
  for (const path of [temporary, repositories]) await withMode(path, MODES.own);
  for (const path of [processes, instances, sockets]) await withMode(path, mode);
  await leadTo(root, mode);
  for (const name of await readdir(processes)) await chmod(join(processes, name), mode);
  for (const name of await readdir(sockets)) await chmod(join(sockets, name), MODES.own);
  for (const name of await readdir(instances)) await makeInstancePrivate(join(instances, name), mode);
}

async function makeInstancePrivate(directory: string, mode: DirectoryMode): Promise<void> {
  await chmod(directory, mode);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    // The directory is ours, so no agent can have put a link here.
    if (entry.isDirectory()) await chmod(join(directory, entry.name), MODES.own);
  }
}

async function withMode(path: string, mode: DirectoryMode): Promise<void> {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
}

/** The data directory, and a short name for it. Whoever made it may have let other users of ours pass: that stays. */
async function leadTo(root: string, mode: DirectoryMode): Promise<void> {
  if ((await lstat(root)).isSymbolicLink()) await chmod(dirname(root), mode);
  const { mode: now } = await stat(root);
  await chmod(root, (now & MODES.passage) | mode);
}

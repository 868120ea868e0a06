import { chmod, constants, copyFile, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { MODES } from '../../checkouts/private-directories.ts';

/** May be executed and not read. */
const EXECUTE_ONLY = 0o111;

/**
 * A copy of node that its users may execute but not read: the kernel then keeps what runs from it closed to other
 * processes of the same user. The supervisor runs from it, so that the agent, who shares its user, can neither read its
 * memory and environment nor write its journal through `/proc`. Made once per version of node; returns its path.
 */
export async function supervisorNode(directory: string): Promise<string> {
  const { size, mtimeMs } = await stat(process.execPath);
  const path = join(directory, `node-${process.versions.node}-${size}-${Math.round(mtimeMs)}`);
  await mkdir(directory, { recursive: true });
  await chmod(directory, MODES.own);
  if (await isWhole(path, size)) return path;
  const making = `${path}.${newId()}`;
  try {
    await copyFile(process.execPath, making, constants.COPYFILE_FICLONE);
    await chmod(making, EXECUTE_ONLY);
    // A rename is atomic: a start cut short leaves no half copy behind.
    await rename(making, path);
  } finally {
    await rm(making, { force: true });
  }
  return path;
}

async function isWhole(path: string, size: number): Promise<boolean> {
  const found = await stat(path).catch(() => null);
  return found !== null && found.size === size && (found.mode & 0o777) === EXECUTE_ONLY;
}

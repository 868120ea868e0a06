import { rm } from 'node:fs/promises';
import type { Directories } from '../checkouts/directories.ts';
import type { ManagerParts } from './parts.ts';

/**
 * Removes what an ended worker leaves behind: the directory of its socket and, when the instance is over for good, its
 * home. The checkout stays, for people to look at; the session was handed over with every value masked.
 */
export async function clearUp(
  { directories, world }: Pick<ManagerParts, 'directories' | 'world'>,
  instanceId: string,
  epoch: number,
): Promise<void> {
  await rm(directories.instance(instanceId).sockets(epoch), { recursive: true, force: true });
  if (!world.instances.has(instanceId)) await removeHome(directories, instanceId);
}

/** The values people gave lie there in the supervisor's file, and in what Claude Code wrote down of what commands printed. */
export async function removeHome(directories: Directories, instanceId: string): Promise<void> {
  await rm(directories.instance(instanceId).home, { recursive: true, force: true, maxRetries: 3 });
}

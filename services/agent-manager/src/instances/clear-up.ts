import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ManagerParts } from './parts.ts';

/**
 * Removes what an ended worker leaves behind: the directory of its socket and, when the instance is over for good, the
 * supervisor's folder in its home, which held the values people gave it. Checkout and session stay, for people to look at.
 */
export async function clearUp(
  { directories, world }: Pick<ManagerParts, 'directories' | 'world'>,
  instanceId: string,
  epoch: number,
): Promise<void> {
  const { home, sockets } = directories.instance(instanceId);
  await rm(sockets(epoch), { recursive: true, force: true });
  if (world.ended.has(instanceId)) await rm(join(home, '.codex'), { recursive: true, force: true });
}

import { readdir } from 'node:fs/promises';
import { removeHome } from '../instances/clear-up.ts';
import type { ManagerParts } from '../instances/parts.ts';

/**
 * Removes the homes of instances that are over and have no worker: one that ended while no manager looked after it has
 * left behind the values people gave it.
 */
export function createHomeClearing({ directories, world }: Pick<ManagerParts, 'directories' | 'world'>) {
  const cleared = new Set<string>();
  return async (withWorker: ReadonlySet<string>): Promise<void> => {
    const there = await readdir(directories.instances).catch(() => []);
    for (const id of there) {
      if (cleared.has(id) || withWorker.has(id) || !world.ended.has(id)) continue;
      await removeHome(directories, id);
      cleared.add(id);
    }
  };
}

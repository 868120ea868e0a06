import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { Id, streamOf } from '@claude-codex/contracts';
import { instanceDecider, isInstanceEnded } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import { removeHome } from '../instances/clear-up.ts';
import type { ManagerParts } from '../instances/parts.ts';

/**
 * Removes the homes of instances that are over and have no worker: one that ended while no manager looked after it has
 * left behind the values people gave it. That it is over is what its stream says, not that it is unknown here.
 */
export function createHomeClearing({
  directories,
  world,
  store,
}: Pick<ManagerParts, 'directories' | 'world' | 'store'>) {
  /** Directories there is nothing to remove in any more. */
  let clear: ReadonlySet<string> = new Set();

  async function isClear(id: string): Promise<boolean> {
    if (!Id.safeParse(id).success || !existsSync(directories.instance(id).home)) return true;
    const state = await loadState(store, streamOf('instance', id), instanceDecider);
    // Of another log, or put there by a person: not ours to remove.
    if (state.status === 'none') return true;
    if (!isInstanceEnded(state)) return false;
    await removeHome(directories, id);
    return true;
  }

  return async (withWorker: ReadonlySet<string>): Promise<void> => {
    const there = await readdir(directories.instances).catch(() => []);
    const now = new Set<string>();
    for (const id of there) {
      if (withWorker.has(id) || world.instances.has(id)) continue;
      if (clear.has(id) || (await isClear(id))) now.add(id);
    }
    clear = now;
  };
}

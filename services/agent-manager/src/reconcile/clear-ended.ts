import { streamOf } from '@claude-codex/contracts';
import { instanceDecider, isInstanceEnded } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import type { ManagerParts } from '../instances/parts.ts';
import type { Places } from '../runtimes/places.ts';

/**
 * Removes the homes of instances that are over and have no worker: one that ended while no manager looked after it has
 * left behind the values people gave it. That it is over is what its stream says, not that it is unknown here.
 */
export function createHomeClearing({
  places,
  world,
  store,
}: Pick<ManagerParts, 'world' | 'store'> & { places: Pick<Places, 'instanceIds' | 'instance'> }) {
  /** Instances there is nothing to remove in any more. */
  let clear: ReadonlySet<string> = new Set();

  async function isClear(id: string): Promise<boolean> {
    const own = places.instance(id);
    if (await own.isHomeEmpty()) return true;
    const state = await loadState(store, streamOf('instance', id), instanceDecider);
    // Of another log, or put there by a person: not ours to remove.
    if (state.status === 'none') return true;
    if (!isInstanceEnded(state)) return false;
    await own.removeHome();
    return true;
  }

  return async (withWorker: ReadonlySet<string>): Promise<void> => {
    const there = await places.instanceIds();
    const now = new Set<string>();
    for (const id of there) {
      if (withWorker.has(id) || world.instances.has(id)) continue;
      if (clear.has(id) || (await isClear(id))) now.add(id);
    }
    clear = now;
  };
}

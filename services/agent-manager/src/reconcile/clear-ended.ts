import { streamOf } from '@claude-codex/contracts';
import { instanceDecider, isInstanceEnded } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import type { Places } from '../runtimes/places.ts';
import type { World } from '../world/world.ts';

export interface ClearingHomes {
  readonly places: Pick<Places, 'instance' | 'instanceIds'>;
  readonly world: Pick<World, 'instances'>;
  readonly store: EventStore;
}

/**
 * Removes the homes of instances that are over and have no worker: one that ended while no manager looked after it has
 * left behind the values people gave it. That it is over is what its stream says, not that it is unknown here.
 */
export function createHomeClearing({ places, world, store }: ClearingHomes) {
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

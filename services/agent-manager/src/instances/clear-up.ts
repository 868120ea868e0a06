import type { Places, WorkerId } from '../runtimes/places.ts';
import type { World } from '../world/world.ts';

export interface ClearingUp {
  readonly places: Pick<Places, 'removeDoor' | 'instance'>;
  readonly world: Pick<World, 'instances'>;
}

/**
 * Removes what an ended worker leaves behind: what was made for its socket and, when the instance is over for good, its
 * home. The checkout stays, for people to look at; the session was handed over with every value masked.
 */
export async function clearUp({ places, world }: ClearingUp, worker: WorkerId): Promise<void> {
  await places.removeDoor(worker);
  if (!world.instances.has(worker.instanceId)) await places.instance(worker.instanceId).removeHome();
}

import type { ManagerParts } from '../instances/parts.ts';
import type { WorldInstance } from '../world/world.ts';

type Place = Pick<ManagerParts, 'settings' | 'hosts'>;

/** Its newest epoch was started on another host. What an earlier release started was on the only one there was. */
export function isElsewhere({ settings }: Pick<Place, 'settings'>, { host }: WorldInstance): boolean {
  return host.id !== null && host.id !== settings.hostId;
}

/**
 * Whether its next epoch may be begun here. Where its files are it goes on with all it did; anywhere else from its last
 * checkpoint, so that is for when its host is lost.
 */
export function mayBeginHere({ settings, hosts }: Place, instance: WorldInstance): boolean {
  return !isElsewhere({ settings }, instance) || hosts.isLost(instance.host.id ?? settings.hostId);
}

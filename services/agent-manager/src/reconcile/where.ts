import type { WorldInstance } from '../world/world.ts';
import type { HostsPort } from './ports.ts';

/** Its newest epoch was started on another host. What an earlier release started was on the only one there was. */
export function isElsewhere({ settings }: Pick<HostsPort, 'settings'>, { host }: WorldInstance): boolean {
  return host.id !== null && host.id !== settings.hostId;
}

/**
 * Whether its next epoch may be begun here. Where its files are it goes on with all it did; anywhere else from its last
 * checkpoint, so that is for when its host is lost.
 */
export function mayBeginHere({ settings, hosts }: HostsPort, instance: WorldInstance): boolean {
  return !isElsewhere({ settings }, instance) || hosts.isLost(instance.host.id ?? settings.hostId);
}

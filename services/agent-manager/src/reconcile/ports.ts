import type { Clock, EventStore } from '@claude-codex/eventing';
import type { AgentManagerSettings } from '../config.ts';
import type { FollowedWorld } from '../world/follow-world.ts';
import type { World } from '../world/world.ts';
import type { Hosts } from './hosts.ts';

/** To say on a task's card what it waits for. */
export interface HoldingBack {
  readonly store: EventStore;
  readonly followed: Pick<FollowedWorld, 'reached'>;
  readonly world: World;
  readonly clock: Pick<Clock, 'now'>;
}

/** This host among others. */
export interface HostsPort {
  readonly settings: Pick<AgentManagerSettings, 'hostId'>;
  readonly hosts: Pick<Hosts, 'isLost'>;
}

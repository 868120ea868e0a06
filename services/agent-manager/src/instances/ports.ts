import type { Clock, EventStore, Log } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import type { AgentManagerSettings } from '../config.ts';
import type { GitService } from '../git-service/git-service.ts';
import type { HoldingBack } from '../reconcile/ports.ts';
import type { Places } from '../runtimes/places.ts';
import type { FollowedWorld } from '../world/follow-world.ts';
import type { World } from '../world/world.ts';

// What more than one file here needs, each by what it is for. What a function needs beyond that stands beside it.

/** To run commands on the streams of instances, and to go on when the world has seen what came of them. */
export interface Recording {
  readonly store: EventStore;
  readonly followed: Pick<FollowedWorld, 'reached'>;
  readonly log: Log;
}

/** To know all that was written so far, by whomever. */
export interface CatchingUp {
  readonly followed: Pick<FollowedWorld, 'caughtUp'>;
}

/** To record what was decided on what lives. */
export interface Deciding extends Recording {
  readonly world: World;
}

/** To follow an agent's turn: what it waits for is said on its task's card. */
export type FollowingTurns = Deciding & HoldingBack;

/** To open values that people gave. */
export interface OpeningValues extends Deciding {
  readonly bus: Bus;
}

/** To tell an agent something: it may bring documents along, which get a path of the agent's own. */
export interface Telling extends OpeningValues {
  readonly blobs: Pick<BlobStore, 'read'>;
  readonly runtime: { readonly places: Pick<Places, 'paths'> };
}

/** To ask the egress service of this host. */
export interface EgressPort {
  readonly bus: Bus;
  readonly settings: Pick<AgentManagerSettings, 'hostId'>;
}

/** To open and close doors there. */
export interface Doors extends EgressPort {
  readonly runtime: { readonly places: Pick<Places, 'door'> };
  readonly log: Log;
}

/** To give an agent's commits to the git service. */
export interface TakingIn extends Recording {
  readonly git: Pick<GitService, 'takeIn'>;
}

/** To wait and to say so. */
export interface Waiting {
  readonly clock: Clock;
  readonly log: Log;
}

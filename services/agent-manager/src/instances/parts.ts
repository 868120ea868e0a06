import type { Clock, EventStore, Wake } from '@claude-codex/eventing';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import type { Bus } from '@claude-codex/service-kit/bus';
import type { Journal } from '@claude-codex/service-kit/journal';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Directories } from '../checkouts/directories.ts';
import type { HostObjects } from '../checkouts/host-objects.ts';
import type { AgentManagerSettings } from '../config.ts';
import type { GitService } from '../git-service/git-service.ts';
import type { Hosts } from '../reconcile/hosts.ts';
import type { Runtime } from '../runtimes/runtime.ts';
import type { FollowedWorld } from '../world/follow-world.ts';
import type { World } from '../world/world.ts';

/** Everything an instance's run needs; made once in `app.ts`. */
export interface ManagerParts {
  readonly store: EventStore;
  readonly bus: Bus;
  readonly blobs: BlobStore;
  readonly journal: Journal;
  readonly runtime: Runtime;
  readonly git: GitService;
  readonly objects: HostObjects;
  readonly directories: Directories;
  readonly followed: FollowedWorld;
  readonly world: World;
  readonly hosts: Omit<Hosts, 'stop'>;
  /** Rung when an agent began, came to rest or ended: there may be room for another one. */
  readonly room: Pick<Wake, 'ring'>;
  readonly settings: AgentManagerSettings;
  readonly clock: Clock;
  readonly log: Logger;
}

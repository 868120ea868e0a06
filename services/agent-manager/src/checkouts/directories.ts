import { join } from 'node:path';
import { validId } from '@claude-codex/service-kit/git/names';

/**
 * Where everything the manager keeps on disk lies, and what runtimes of this host keep there. Agents only ever see
 * `checkout`, `home` and the socket.
 */
export interface Directories {
  readonly root: string;
  /** What this host keeps of a repository between checkouts. */
  objects(repositoryId: string): string;
  instance(instanceId: string): InstanceDirectories;
  readonly instances: string;
  readonly repositories: string;
  readonly sockets: string;
  /** Short-lived files of the manager itself. */
  readonly temporary: string;
  /** State, journal and stdin of agents that run as processes. */
  readonly processes: string;
  /** A checkout per running check. */
  readonly checks: string;
  /** Programs agents start with that are kept apart from the installed ones. */
  readonly programs: string;
}

export interface InstanceDirectories {
  readonly root: string;
  /** The agent's working tree. The manager never runs git here once the agent has had it. */
  readonly checkout: string;
  /** `$HOME` of the agent: Claude Code's sessions lie here, so it outlives epochs. */
  readonly home: string;
  /** What the manager remembers about the checkout; not visible to the agent. */
  readonly record: string;
  sockets(epoch: number): string;
}

export function createDirectories(root: string): Directories {
  return {
    root,
    instances: join(root, 'instances'),
    repositories: join(root, 'objects'),
    sockets: join(root, 'sockets'),
    temporary: join(root, 'tmp'),
    processes: join(root, 'processes'),
    checks: join(root, 'checks'),
    programs: join(root, 'programs'),
    objects: (repositoryId) => join(root, 'objects', `${validId(repositoryId)}.git`),
    instance(instanceId) {
      const directory = join(root, 'instances', validId(instanceId));
      return {
        root: directory,
        checkout: join(directory, 'checkout'),
        home: join(directory, 'home'),
        record: join(directory, 'checkout.json'),
        sockets: (epoch) => join(root, 'sockets', `${instanceId}-${epoch}`),
      };
    },
  };
}

import { join } from 'node:path';
import { validId } from '@claude-codex/service-kit/git/names';

/** Where everything of this host lies that the manager, and runtimes that are here too, keep on disk. */
export interface Directories {
  readonly root: string;
  /** What this host keeps of a repository between checkouts. */
  objects(repositoryId: string): string;
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
  };
}

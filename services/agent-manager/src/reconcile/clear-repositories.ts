import { readdir } from 'node:fs/promises';
import { Id, streamOf } from '@claude-codex/contracts';
import { repositoryDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import type { Directories } from '../checkouts/directories.ts';
import type { HostObjects } from '../checkouts/host-objects.ts';
import type { World } from '../world/world.ts';

export interface ClearingRepositories {
  readonly directories: Pick<Directories, 'repositories'>;
  readonly objects: Pick<HostObjects, 'remove'>;
  readonly world: Pick<World, 'repositories'>;
  readonly store: EventStore;
}

/**
 * Removes what this host keeps of repositories that are connected no longer and that nothing here works on any more. That
 * one was removed is what its stream says, not that it is unknown here.
 */
export function createRepositoryClearing({ directories, objects, world, store }: ClearingRepositories) {
  /** Those that are not ours to remove. */
  let kept: ReadonlySet<string> = new Set();

  return async (): Promise<void> => {
    const there = await readdir(directories.repositories).catch(() => []);
    const now = new Set<string>();
    for (const name of there) {
      const id = name.replace(/\.git$/, '');
      if (!Id.safeParse(id).success || world.repositories.has(id)) continue;
      if (!kept.has(id)) {
        const { status } = await loadState(store, streamOf('repository', id), repositoryDecider);
        if (status === 'removed') {
          await objects.remove(id);
          continue;
        }
      }
      now.add(id);
    }
    kept = now;
  };
}

import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import {
  type Clock,
  type EventStore,
  type FollowedLog,
  followFold,
  type KeptFolds,
  type Log,
} from '@claude-codex/eventing';
import { createKeptFile } from '@claude-codex/service-kit/kept-file';
import { type KeptWorld, WORLD_SHAPE } from './kept-world.ts';
import { readAgain } from './read-again.ts';
import { World } from './world.ts';

export interface FollowedWorld extends FollowedLog {
  readonly world: World;
}

/** Several managers may have one data directory, and with it one file. */
export function worldFile({ root, temporary }: { root: string; temporary: string }, log: Log): KeptFolds<KeptWorld> {
  return createKeptFile({ path: `${root}/world`, temporary, shape: WORLD_SHAPE, log });
}

/**
 * Keeps a `World` up to date from the log, starting where the last one stopped, or at the beginning. `onChange` gets the
 * instances that may have something new to do; while catching up at the start it is not called.
 */
export async function followWorld(options: {
  store: EventStore;
  keeps: KeptFolds<KeptWorld>;
  clock: Clock;
  log: Log;
  onChange: (instanceIds: ReadonlySet<string>) => void;
}): Promise<FollowedWorld> {
  const { store, onChange } = options;
  const followed = followFold({
    ...options,
    begin: (kept: KeptWorld | null) => new World(kept ?? undefined),
    async take(world, events, live) {
      const concerned = new Set<string>();
      try {
        for (const event of events) for (const id of await takeEvent(store, world, event)) concerned.add(id);
      } finally {
        if (live && concerned.size > 0) onChange(concerned);
      }
    },
  });
  return { ...followed, world: await followed.begun };
}

/** Applies the next event; where it is of a task that was forgotten, that comes first. */
export async function takeEvent(
  store: Pick<EventStore, 'readStream'>,
  world: World,
  event: RecordedDomainEvent,
): Promise<readonly string[]> {
  if (world.isStartedAgain(event)) world.bringBack(idOf(event.stream), await readAgain(store, world, event));
  return world.apply(event);
}

import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import { type Clock, type EventStore, type FollowedLog, followLog, type Log } from '@claude-codex/eventing';
import { readAgain } from './read-again.ts';
import { World } from './world.ts';
import type { WorldFile } from './world-file.ts';

export interface FollowedWorld extends FollowedLog {
  readonly world: World;
}

/** So many events are read again at most when a manager did not end well. */
const KEEP_EVERY = 5_000;

/**
 * Keeps a `World` up to date from the log, starting where the last one stopped, or at the beginning. `onChange` gets the
 * instances that may have something new to do; while catching up at the start it is not called.
 */
export async function followWorld(options: {
  store: EventStore;
  file: WorldFile;
  clock: Clock;
  log: Log;
  onChange: (instanceIds: ReadonlySet<string>) => void;
}): Promise<FollowedWorld> {
  const { store, file, clock, log, onChange } = options;
  const world = new World((await file.load()) ?? undefined);
  let keptAt = world.position;
  let keeping: Promise<void> | null = null;

  async function keep(): Promise<void> {
    keptAt = world.position;
    await file.keep(world.kept());
    keeping = null;
  }

  const followed = followLog({
    store,
    clock,
    log,
    after: async () => world.position,
    async take(events, live) {
      const concerned = new Set<string>();
      try {
        for (const event of events as readonly RecordedDomainEvent[])
          for (const id of await takeEvent(store, world, event)) concerned.add(id);
      } finally {
        if (live && concerned.size > 0) onChange(concerned);
      }
      if (live && world.position - keptAt >= KEEP_EVERY) keeping ??= keep();
    },
  });
  return {
    ...followed,
    world,
    async stop() {
      await followed.stop();
      await keeping;
      if (world.position > keptAt) await keep();
    },
  };
}

/** Applies an event, once: the store may go away while a task is read again, and the same events come a second time. */
export async function takeEvent(
  store: Pick<EventStore, 'readStream'>,
  world: World,
  event: RecordedDomainEvent,
): Promise<readonly string[]> {
  if (event.position <= world.position) return [];
  if (world.isStartedAgain(event)) world.bringBack(idOf(event.stream), await readAgain(store, world, event));
  return world.apply(event);
}

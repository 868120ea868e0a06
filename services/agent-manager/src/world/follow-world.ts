import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import { type Clock, type EventStore, type FollowedLog, followLog, type Log } from '@claude-codex/eventing';
import { readAgain } from './read-again.ts';
import { World } from './world.ts';

export interface FollowedWorld extends FollowedLog {
  readonly world: World;
}

/**
 * Keeps a `World` up to date from the log, starting at its beginning. `onChange` gets the instances that may have
 * something new to do; while catching up at the start it is not called.
 */
export function followWorld(options: {
  store: EventStore;
  clock: Clock;
  log: Log;
  onChange: (instanceIds: ReadonlySet<string>) => void;
}): FollowedWorld {
  const { store, clock, log, onChange } = options;
  const world = new World();
  const followed = followLog({
    store,
    clock,
    log,
    async take(events, live) {
      const concerned = new Set<string>();
      try {
        for (const event of events as readonly RecordedDomainEvent[])
          for (const id of await takeEvent(store, world, event)) concerned.add(id);
      } finally {
        if (live && concerned.size > 0) onChange(concerned);
      }
    },
  });
  return { world, ...followed };
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

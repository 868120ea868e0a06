import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { type Clock, type EventStore, type FollowedLog, followLog, type Log } from '@claude-codex/eventing';
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
    take(events, live) {
      const concerned = new Set((events as readonly RecordedDomainEvent[]).flatMap((event) => world.apply(event)));
      if (live && concerned.size > 0) onChange(concerned);
    },
  });
  return { world, ...followed };
}

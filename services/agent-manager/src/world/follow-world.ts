import type { RecordedDomainEvent } from '@claude-codex/contracts';
import type { Clock, EventStore, Log } from '@claude-codex/eventing';
import { World } from './world.ts';

const BATCH = 1_000;
const POLL_MS = 100;
const RETRY_MS = 1_000;

export interface FollowedWorld {
  readonly world: World;
  /** Resolves when everything the log held at the time of the call is folded in. */
  caughtUp(): Promise<void>;
  /** Resolves when `position` is folded in. */
  reached(position: number): Promise<void>;
  stop(): Promise<void>;
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
  const stopping = new AbortController();
  const waiters = new Set<{ position: number; resolve: () => void }>();
  let bell = new AbortController();
  let live = false;
  const unsubscribe = store.onHead(() => bell.abort());

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await step();
      } catch (error) {
        log.error({ err: error, position: world.position }, 'the log could not be followed; will retry');
        await clock.sleep(RETRY_MS, stopping.signal);
      }
    }
  }

  async function step(): Promise<void> {
    const rung = bell;
    const events = (await store.readAll({ after: world.position, limit: BATCH })) as RecordedDomainEvent[];
    const concerned = new Set(events.flatMap((event) => world.apply(event)));
    for (const waiter of waiters) {
      if (world.position < waiter.position) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
    if (live && concerned.size > 0) onChange(concerned);
    if (events.length > 0) return;
    live = true;
    if (!rung.signal.aborted) await clock.sleep(POLL_MS, AbortSignal.any([stopping.signal, rung.signal]));
    if (bell === rung) bell = new AbortController();
  }

  async function reached(position: number): Promise<void> {
    if (world.position >= position) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiters.add({ position, resolve });
    bell.abort();
    await promise;
  }

  const running = run();
  return {
    world,
    reached,
    caughtUp: async () => reached((await store.head()).position),
    async stop() {
      stopping.abort();
      unsubscribe();
      await running;
      for (const { resolve } of waiters) resolve();
    },
  };
}

import type { RecordedDomainEvent } from '@claude-codex/contracts/events';
import type { Clock } from './clock.ts';
import type { EventStore } from './event-store.ts';
import type { Log } from './log.ts';
import { createWake } from './wake.ts';

export interface FollowLogOptions {
  store: Pick<EventStore, 'readAll' | 'head' | 'onHead'>;
  clock: Clock;
  log: Log;
  /** The position to begin behind, or how to find it; what it throws is tried again. Default 0, the whole log. */
  after?: () => Promise<number>;
  /**
   * Takes the next events, in order and without a gap, each of them once; the same again after it failed. `live` is false
   * until the end of the log was reached for the first time.
   */
  take(events: readonly RecordedDomainEvent[], live: boolean): void | Promise<void>;
}

export interface FollowedLog {
  /** Resolves when everything the log held at the time of the call was taken. */
  caughtUp(): Promise<void>;
  /** Resolves when `position` was taken. */
  reached(position: number): Promise<void>;
  stop(): Promise<void>;
}

const BATCH = 1_000;
/** The store rings within 100 ms of every append; this is for the case that a ring was missed. */
const POLL_MS = 1_000;
const RETRY_MS = 1_000;

/** Reads the log from a position on, for as long as it is not stopped; a store that is away is asked again. */
export function followLog({ store, clock, log, after = async () => 0, take }: FollowLogOptions): FollowedLog {
  const stopping = new AbortController();
  const waiters = new Set<{ position: number; resolve: () => void }>();
  const bell = createWake(clock);
  const unsubscribe = store.onHead(() => bell.ring());
  let taken: number | null = null;
  let live = false;

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        taken ??= await after();
        taken = await step(taken);
      } catch (error) {
        log.error({ err: error, position: taken }, 'the log could not be followed; will retry');
        await clock.sleep(RETRY_MS, stopping.signal);
      }
    }
  }

  async function step(from: number): Promise<number> {
    const events = await store.readAll({ after: from, limit: BATCH });
    if (stopping.signal.aborted) return from;
    await take(events, live);
    const position = events.at(-1)?.position ?? from;
    settle(position);
    if (events.length > 0) return position;
    live = true;
    await bell.wait(POLL_MS, stopping.signal);
    return position;
  }

  function settle(position: number): void {
    for (const waiter of waiters) {
      if (position < waiter.position) continue;
      waiters.delete(waiter);
      waiter.resolve();
    }
  }

  async function reached(position: number): Promise<void> {
    if (taken !== null && taken >= position) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    waiters.add({ position, resolve });
    bell.ring();
    await promise;
  }

  const running = run();
  return {
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

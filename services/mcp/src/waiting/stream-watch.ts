import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { createWake, type EventStore, type FollowedLog, followLog, type Log, type Wake } from '@claude-codex/eventing';
import { systemClock } from '@claude-codex/service-kit';

/** Tells when one of the watched streams has grown. */
export interface Watch {
  /** Resolves at the next new event (also one that came since the last call), after `ms`, or when aborted. */
  next(ms: number, signal: AbortSignal): Promise<void>;
  end(): void;
}

export interface StreamWatch {
  /** Once this resolved, no later event on these streams is missed. */
  watch(streams: readonly string[]): Promise<Watch>;
  stop(): Promise<void>;
}

/**
 * One reader of the log for everyone who waits, however many they are. It runs only while somebody does, starting at
 * the head as it was when the first one came.
 */
export function createStreamWatch(store: EventStore, log: Log): StreamWatch {
  const watchers = new Map<string, Set<Wake>>();
  let following: FollowedLog | null = null;
  let starting: Promise<void> | null = null;

  async function start(): Promise<void> {
    const { position } = await store.head();
    following = followLog({ store, clock: systemClock, log, after: async () => position, take });
  }

  function take(events: readonly RecordedDomainEvent[]): void {
    for (const event of events) for (const wake of watchers.get(event.stream) ?? []) wake.ring();
  }

  async function stop(): Promise<void> {
    const last = following;
    following = null;
    starting = null;
    await last?.stop();
  }

  function stopWhenUnwatched(): void {
    if (watchers.size === 0) void stop();
  }

  async function watch(streams: readonly string[]): Promise<Watch> {
    const wake = createWake(systemClock);
    for (const stream of streams) {
      const others = watchers.get(stream) ?? new Set();
      watchers.set(stream, others.add(wake));
    }
    function end(): void {
      for (const stream of streams) {
        const others = watchers.get(stream);
        others?.delete(wake);
        if (others?.size === 0) watchers.delete(stream);
      }
      stopWhenUnwatched();
    }
    try {
      starting ??= start();
      await starting;
    } catch (error) {
      starting = null;
      end();
      throw error;
    }
    return { next: (ms, signal) => wake.wait(ms, signal), end };
  }

  return { watch, stop };
}

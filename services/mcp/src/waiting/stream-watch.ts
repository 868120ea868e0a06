import type { EventStore, Log, Wake } from '@claude-codex/eventing';
import { createWake } from '@claude-codex/eventing';
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
  stop(): void;
}

const PAGE = 500;
/** The doorbell may be lost, so the log is looked at anyway. */
const IDLE_POLL_MS = 500;
const RETRY_MS = 1_000;

/**
 * One reader of the log for everyone who waits, however many they are. It runs only while somebody does, starting at
 * the head as it was when the first one came.
 */
export function createStreamWatch(store: EventStore, log: Log): StreamWatch {
  const watchers = new Map<string, Set<Wake>>();
  const bell = createWake(systemClock);
  let following: AbortController | null = null;
  let starting: Promise<void> | null = null;

  async function start(): Promise<void> {
    const { position } = await store.head();
    following = new AbortController();
    void follow(position, following.signal);
  }

  async function follow(from: number, signal: AbortSignal): Promise<void> {
    const unsubscribe = store.onHead(() => bell.ring());
    let after = from;
    while (!signal.aborted) {
      try {
        const events = await store.readAll({ after, limit: PAGE });
        for (const event of events) for (const wake of watchers.get(event.stream) ?? []) wake.ring();
        after = events.at(-1)?.position ?? after;
        if (events.length < PAGE) await bell.wait(IDLE_POLL_MS, signal);
      } catch (error) {
        log.warn({ err: error, after }, 'log could not be read while a tool waits');
        await systemClock.sleep(RETRY_MS, signal);
      }
    }
    unsubscribe();
  }

  function stopWhenUnwatched(): void {
    if (watchers.size > 0) return;
    following?.abort();
    following = null;
    starting = null;
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

  return { watch, stop: () => following?.abort() };
}

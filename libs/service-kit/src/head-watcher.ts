import { PositionMoved } from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Clock, Log } from '@claude-codex/eventing';
import type { Bus } from './bus.ts';
import { subscribeJson } from './bus-json.ts';

export interface HeadWatcher {
  /** Calls back within 100 ms after the head moved, usually at once. Returns unsubscribe. */
  onHead(listener: (position: number) => void): () => void;
  /** For a writer that knows the new head itself. */
  announce(position: number): void;
  /** Forgets every listener and ends the polling. */
  close(): Promise<void>;
}

export interface HeadWatcherOptions {
  /** The last committed position. */
  readPosition: () => Promise<number>;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Default 100 ms: what a lost doorbell costs at most. */
  pollMs?: number;
}

/**
 * Tells when the log grew: at once by the doorbell on the bus, and by one small question per process every 100 ms,
 * because the bus may lose a message. Listens and polls only while somebody wants to know.
 */
export function createHeadWatcher({ readPosition, bus, clock, log, pollMs = 100 }: HeadWatcherOptions): HeadWatcher {
  const listeners = new Set<(position: number) => void>();
  let known = 0;
  let watching: { done: Promise<void>; stop: AbortController } | null = null;

  function announce(position: number): void {
    if (position <= known) return;
    known = position;
    for (const listener of listeners) listener(position);
  }

  async function poll(signal: AbortSignal): Promise<void> {
    let failing = false;
    while (!signal.aborted) {
      try {
        const position = await readPosition();
        // A restore may have moved the head back; then every growth from there must be told again.
        known = Math.min(known, position);
        announce(position);
        if (failing) log.info({ position }, 'log head can be read again');
        failing = false;
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'log head cannot be read; will retry');
        failing = true;
      }
      await clock.sleep(pollMs, signal);
    }
  }

  function start(): { done: Promise<void>; stop: AbortController } {
    const stop = new AbortController();
    const unsubscribe = subscribeJson(
      bus,
      subjects.eventStore.head,
      PositionMoved,
      ({ position }) => announce(position),
      (error) => log.warn({ err: error }, 'doorbell of an unknown shape'),
    );
    return { stop, done: poll(stop.signal).finally(unsubscribe) };
  }

  async function rest(): Promise<void> {
    const last = watching;
    watching = null;
    last?.stop.abort();
    await last?.done;
  }

  return {
    announce,
    onHead(listener) {
      listeners.add(listener);
      watching ??= start();
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) void rest();
      };
    },
    async close() {
      listeners.clear();
      await rest();
    },
  };
}

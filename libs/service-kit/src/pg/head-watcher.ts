import { PositionMoved } from '@claude-codex/contracts/event-store';
import { subjects } from '@claude-codex/contracts/subjects';
import type { Clock, Head, Log } from '@claude-codex/eventing';
import type pg from 'pg';
import type { Bus } from '../bus.ts';
import { subscribeJson } from '../bus-json.ts';

const HEAD = {
  name: 'log-head',
  text: `select epoch, coalesce((select position from es.event order by position desc limit 1), base_position) as position
    from es.log_identity`,
};

/** The log's epoch and last position, as committed. */
export async function readHead(db: Pick<pg.Pool, 'query'>): Promise<Head> {
  const { rows } = await db.query<Head>(HEAD);
  const head = rows[0];
  if (head === undefined) throw new Error('es.log_identity is empty: the database was not migrated');
  return head;
}

export interface HeadWatcher {
  onHead(listener: (position: number) => void): () => void;
  /** For a writer that knows the new head itself. */
  announce(position: number): void;
  close(): Promise<void>;
}

export interface HeadWatcherOptions {
  pool: Pick<pg.Pool, 'query'>;
  bus: Bus;
  clock: Clock;
  log: Log;
  /** Default 100 ms: what a lost doorbell costs at most. */
  pollMs?: number;
}

/**
 * Tells when the log grew: at once by the doorbell on the bus, and by one small query per process every 100 ms, because
 * the bus may lose a message. Polls only while somebody listens.
 */
export function createHeadWatcher({ pool, bus, clock, log, pollMs = 100 }: HeadWatcherOptions): HeadWatcher {
  const listeners = new Set<(position: number) => void>();
  const closing = new AbortController();
  let known = 0;
  let polling: Promise<void> | null = null;

  function announce(position: number): void {
    if (position <= known) return;
    known = position;
    for (const listener of listeners) listener(position);
  }

  async function poll(): Promise<void> {
    let failing = false;
    while (!closing.signal.aborted && listeners.size > 0) {
      try {
        const { position } = await readHead(pool);
        // A restore may have moved the head back; then every growth from there must be told again.
        known = Math.min(known, position);
        if (failing) log.info({ position }, 'log head can be read again');
        failing = false;
        announce(position);
      } catch (error) {
        if (!failing) log.warn({ err: error }, 'log head cannot be read; will retry');
        failing = true;
      }
      await clock.sleep(pollMs, closing.signal);
    }
    polling = null;
  }

  const unsubscribe = subscribeJson(
    bus,
    subjects.eventStore.head,
    PositionMoved,
    ({ position }) => announce(position),
    (error) => log.warn({ err: error }, 'doorbell of an unknown shape'),
  );

  return {
    announce,
    onHead(listener) {
      listeners.add(listener);
      polling ??= poll();
      return () => listeners.delete(listener);
    },
    async close() {
      closing.abort();
      unsubscribe();
      listeners.clear();
      await polling;
    },
  };
}

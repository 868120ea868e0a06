import type { AppendResult } from '@claude-codex/contracts/envelope';
import { subjects } from '@claude-codex/contracts/subjects';
import {
  type Clock,
  type EventStore,
  EventStoreError,
  type Log,
  type SchemaRegistry,
  type StreamRange,
  typedLog,
  withEventsSince,
} from '@claude-codex/eventing';
import type pg from 'pg';
import type { Bus } from '../bus.ts';
import { publishJson } from '../bus-json.ts';
import { systemClock } from '../clock.ts';
import { type CoalescerLimits, createCoalescer } from '../coalescer.ts';
import { createHeadWatcher } from '../head-watcher.ts';
import { createAppendConnection } from './append-connection.ts';
import { type AppendItem, appendItem } from './append-item.ts';
import { readEventRows, readStreamRows } from './event-rows.ts';
import { readHead } from './head.ts';
import { failureOf, troubleOf } from './pg-errors.ts';
import { createPgSnapshots } from './pg-snapshots.ts';

export interface PgEventStoreOptions {
  /** For reads. */
  pool: pg.Pool;
  /** For the dedicated append connection, with the same role as the pool. */
  connectionString: string;
  role?: string;
  registry: SchemaRegistry;
  /** Carries the doorbell. */
  bus: Bus;
  log: Log;
  clock?: Clock;
  limits?: CoalescerLimits;
  /** How long appends and reads are tried again while the database cannot be reached. Default 10 s. */
  giveUpMs?: number;
}

export interface PgEventStore extends EventStore {
  /** Why the log takes nothing at the moment, in a person's words; null when it does, as far as is known. */
  trouble(): string | null;
  /** Waits for appends under way, then closes its connection. The pool stays the caller's. */
  close(): Promise<void>;
}

/** The log in Postgres: coalesced appends through es.append_batch, reads by position or stream. */
export function createPgEventStore(options: PgEventStoreOptions): PgEventStore {
  const { pool, registry, bus, log, clock = systemClock, connectionString, role, giveUpMs = 10_000 } = options;
  const connection = createAppendConnection({
    connectionString,
    name: 'codex-append',
    clock,
    log,
    giveUpMs,
    onCommitted: ring,
    ...(role === undefined ? {} : { role }),
  });
  const coalescer = createCoalescer<AppendItem, AppendResult>(connection.send, {
    maxCalls: 2,
    ...options.limits,
  });
  const readPosition = async () => (await readHead(pool)).position;
  const snapshots = createPgSnapshots({ pool, log });
  const head = createHeadWatcher({ readPosition, bus, clock, log });

  function ring(position: number): void {
    publishJson(bus, subjects.eventStore.head, { position });
    head.announce(position);
  }

  /** A database that restarts is back within seconds; whoever reads need not notice. */
  async function untilReached<Result>(read: () => Promise<Result>): Promise<Result> {
    const until = clock.now() + giveUpMs;
    for (let delayMs = 20; ; delayMs = Math.min(delayMs * 2, 1_000)) {
      try {
        return await read();
      } catch (error) {
        if (failureOf(error) === 'refused' || clock.now() > until) return unavailable(error);
        await clock.sleep(delayMs);
      }
    }
  }

  async function readStream(stream: string, { fromVersion = 1, limit }: StreamRange = {}) {
    const events = await untilReached(() => readStreamRows(pool, stream, fromVersion, limit ?? null));
    return events.map(registry.upcast);
  }

  return typedLog({
    append: async (request) => coalescer.add(appendItem(request, registry)),
    readStream,
    load: async (stream, schemaVersion, commandId) =>
      withEventsSince({ readStream }, stream, await snapshots.latest(stream, schemaVersion, commandId)),
    async readAll({ after, limit }) {
      const events = await untilReached(() => readEventRows(pool, after, limit));
      return events.map(registry.upcast);
    },
    // Asked by probes, which want to know now.
    head: () => readHead(pool).catch(unavailable),
    onHead: head.onHead,
    snapshots,
    trouble() {
      const error = connection.trouble();
      return error === null ? null : troubleOf(error);
    },
    async close() {
      await coalescer.idle();
      await head.close();
      await snapshots.idle();
      await connection.close();
    },
  });
}

function unavailable(error: unknown): never {
  if (failureOf(error) === 'refused') throw error;
  throw new EventStoreError('EVENT_STORE_UNAVAILABLE', {}, { cause: error });
}

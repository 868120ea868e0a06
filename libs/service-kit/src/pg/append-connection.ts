import type { AppendResult } from '@claude-codex/contracts/envelope';
import { type Clock, EventStoreError, type Log } from '@claude-codex/eventing';
import pg from 'pg';
import type { Outcome } from '../coalescer.ts';
import { APPEND_BATCH, batchColumns, batchResults } from './append-batch.ts';
import type { AppendItem } from './append-item.ts';
import { failureOf } from './pg-errors.ts';
import { clientConfig, type PoolOptions } from './pool.ts';

export interface AppendConnectionOptions extends Omit<PoolOptions, 'max' | 'onError'> {
  clock: Clock;
  log: Log;
  /** Called after each call that committed something, with the last position: one doorbell for a whole batch. */
  onCommitted: (position: number) => void;
  /** How long an append is tried again while the database cannot be reached. Default 10 s. */
  giveUpMs?: number;
}

export interface AppendConnection {
  /** One call of es.append_batch. Never throws: every item gets its outcome. */
  send(items: readonly AppendItem[], since: number): Promise<Outcome<AppendResult>[]>;
  /** Why the last call was not taken, null once one was: the database may answer readers all the same. */
  trouble(): unknown;
  close(): Promise<void>;
}

const STATEMENT_TIMEOUT_MS = 5_000;
/** Longer than the server's own limit: reached only when the server or the network is stuck. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 2_000;

/**
 * The one connection appends go through. When it breaks, the outcome of the call under way is unknown, and the very
 * same items are sent again: those that had been committed answer with their first result.
 */
export function createAppendConnection(options: AppendConnectionOptions): AppendConnection {
  const { clock, log, onCommitted, giveUpMs = 10_000, ...rest } = options;
  const config = {
    ...clientConfig({ ...rest, statementTimeoutMs: STATEMENT_TIMEOUT_MS }),
    query_timeout: ANSWER_TIMEOUT_MS,
    // The next call is on its way while the database still works on this one; answers come in order.
    pipeline: true,
  };
  let client: pg.Client | null = null;
  let connecting: Promise<pg.Client> | null = null;
  let trouble: unknown = null;

  /** One connection for all calls under way, so that they stay in order. */
  async function connected(): Promise<pg.Client> {
    if (client !== null) return client;
    connecting ??= connect().finally(() => {
      connecting = null;
    });
    return connecting;
  }

  async function connect(): Promise<pg.Client> {
    const fresh = new pg.Client(config);
    fresh.on('error', (error) => drop(fresh, error));
    fresh.on('end', () => drop(fresh, null));
    await fresh.connect();
    client = fresh;
    return fresh;
  }

  function drop(broken: pg.Client, error: unknown): void {
    if (client !== broken) return;
    client = null;
    log.warn({ err: error }, 'append connection lost');
  }

  async function call(items: readonly AppendItem[]): Promise<AppendResult[]> {
    const current = await connected();
    try {
      const { rows } = await current.query<{ answer: unknown }>({ ...APPEND_BATCH, values: batchColumns(items) });
      const results = batchResults(items, rows[0]?.answer);
      const last = lastCommitted(results);
      if (last > 0) onCommitted(last);
      return results;
    } catch (error) {
      if (failureOf(error) === 'connection' && client === current) {
        client = null;
        // Not awaited: a stuck connection would not say goodbye either.
        current.end().catch((cause: unknown) => log.debug({ err: cause }, 'broken append connection did not close'));
      }
      throw error;
    }
  }

  async function send(items: readonly AppendItem[], since: number): Promise<Outcome<AppendResult>[]> {
    const outcomes: Outcome<AppendResult>[] = [];
    for (const run of runsOfDistinctCommands(items)) outcomes.push(...(await sendDistinct(run, since)));
    return outcomes;
  }

  async function sendDistinct(items: readonly AppendItem[], since: number): Promise<Outcome<AppendResult>[]> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const results = await call(items);
        trouble = null;
        return results.map((result) => ({ result }));
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'refused') return refused(items, error);
        trouble = error;
        if (performance.now() - since > giveUpMs) {
          const lost = new EventStoreError('EVENT_STORE_UNAVAILABLE', { afterMs: giveUpMs }, { cause: error });
          return items.map(() => ({ error: lost }));
        }
        const delayMs = Math.min(20 * 2 ** attempt, 1_000);
        log.warn({ err: error, items: items.length, attempt, delayMs }, 'append failed; sending the same items again');
        await clock.sleep(delayMs);
      }
    }
  }

  /** The checks before should make this impossible; if one item slips through, it must not take others with it. */
  async function refused(items: readonly AppendItem[], error: unknown): Promise<Outcome<AppendResult>[]> {
    log.error({ err: error, items: items.length }, 'the database refused an append');
    if (items.length === 1) {
      return [{ error: new EventStoreError('APPEND_INVALID', { problems: [] }, { cause: error }) }];
    }
    const outcomes: Outcome<AppendResult>[] = [];
    for (const item of items) outcomes.push(...(await send([item], performance.now())));
    return outcomes;
  }

  return {
    send,
    trouble: () => trouble,
    async close() {
      const last = client;
      client = null;
      await last?.end();
    },
  };
}

/** The same command twice at once: the second call then finds what the first one wrote. Nearly always a single run. */
function runsOfDistinctCommands(items: readonly AppendItem[]): (readonly AppendItem[])[] {
  if (new Set(items.map(({ commandId }) => commandId)).size === items.length) return [items];
  const runs: AppendItem[][] = [];
  let seen = new Set<string>();
  for (const item of items) {
    if (runs.length === 0 || seen.has(item.commandId)) {
      runs.push([]);
      seen = new Set();
    }
    seen.add(item.commandId);
    runs.at(-1)?.push(item);
  }
  return runs;
}

function lastCommitted(results: readonly AppendResult[]): number {
  return results.reduce(
    (last, result) => (result.status === 'appended' && !result.duplicate ? Math.max(last, result.lastPosition) : last),
    0,
  );
}

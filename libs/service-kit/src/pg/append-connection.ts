import { AppendResult } from '@claude-codex/contracts/envelope';
import { type Clock, EventStoreError, type Log } from '@claude-codex/eventing';
import pg from 'pg';
import { z } from 'zod';
import type { Outcome } from './coalescer.ts';
import { failureOf } from './pg-errors.ts';
import { clientConfig, type PoolOptions } from './pool.ts';

export interface AppendConnectionOptions extends Omit<PoolOptions, 'max' | 'onError'> {
  clock: Clock;
  log: Log;
  /** How long an append is tried again while the database cannot be reached. Default 10 s. */
  giveUpMs?: number;
}

export interface AppendConnection {
  /** One call of es.append_batch. Never throws: every item gets its outcome. */
  send(items: readonly string[], since: number): Promise<Outcome<AppendResult>[]>;
  close(): Promise<void>;
}

const Results = z.array(AppendResult);
const APPEND = { name: 'append-batch', text: 'select es.append_batch($1::jsonb) as results' };
const STATEMENT_TIMEOUT_MS = 5_000;
/** Longer than the server's own limit: reached only when the server or the network is stuck. */
const ANSWER_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 2_000;

/**
 * The one connection appends go through. When it breaks, the outcome of the call under way is unknown, and the very
 * same items are sent again: those that had been committed answer with their first result.
 */
export function createAppendConnection(options: AppendConnectionOptions): AppendConnection {
  const { clock, log, giveUpMs = 10_000, ...rest } = options;
  const config = {
    ...clientConfig({ ...rest, statementTimeoutMs: STATEMENT_TIMEOUT_MS }),
    query_timeout: ANSWER_TIMEOUT_MS,
  };
  let client: pg.Client | null = null;

  async function connected(): Promise<pg.Client> {
    if (client !== null) return client;
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

  async function call(items: readonly string[]): Promise<AppendResult[]> {
    const current = await connected();
    try {
      const { rows } = await current.query<{ results: unknown }>({ ...APPEND, values: [`[${items.join(',')}]`] });
      return Results.parse(rows[0]?.results);
    } catch (error) {
      if (failureOf(error) === 'connection' && client === current) {
        client = null;
        // Not awaited: a stuck connection would not say goodbye either.
        current.end().catch((cause: unknown) => log.debug({ err: cause }, 'broken append connection did not close'));
      }
      throw error;
    }
  }

  async function send(items: readonly string[], since: number): Promise<Outcome<AppendResult>[]> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return (await call(items)).map((result) => ({ result }));
      } catch (error) {
        const failure = failureOf(error);
        if (failure === 'refused') return refused(items, error);
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
  async function refused(items: readonly string[], error: unknown): Promise<Outcome<AppendResult>[]> {
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
    async close() {
      const last = client;
      client = null;
      await last?.end();
    },
  };
}

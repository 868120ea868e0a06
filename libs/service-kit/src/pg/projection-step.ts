import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { subjects } from '@claude-codex/contracts/subjects';
import { cleanText, cutText } from '@claude-codex/contracts/text';
import type { Projection, SchemaRegistry } from '@claude-codex/eventing';
import type pg from 'pg';
import type { Bus } from '../bus.ts';
import { publishJson } from '../bus-json.ts';
import { readEventRows } from './event-rows.ts';
import { failureOf, isStatementTimeout, LogBroken } from './pg-errors.ts';

/** What a projection writes through: the connection of the transaction that also moves its checkpoint. */
export type PgTx = Pick<pg.PoolClient, 'query'>;

export interface StepOptions {
  pool: pg.Pool;
  projection: Projection<PgTx>;
  registry: SchemaRegistry;
  bus: Bus;
}

/** Which tables of a projection a step writes: those everybody reads, or those being built beside them. */
export type Side = 'live' | 'building';

export type StepResult =
  /** `count` events were projected and committed; 0 = caught up. */
  | { kind: 'done'; count: number; position: number }
  /** Another process is projecting it, or there is no such side. */
  | { kind: 'busy' }
  /** Stopped until an operator resumes it. */
  | { kind: 'paused' }
  /** Nothing was committed; the same events come again. `event` is the first of the batch that failed. */
  | { kind: 'failed'; error: unknown; event: { position: number; eventId: string; type: string }; count: number };

export interface Checkpoint {
  version: number;
  build: number;
  position: number;
  epoch: string;
  status: 'building' | 'live' | 'paused' | 'retired';
  log_epoch: string;
}

const CHECKPOINT = `select version, build, position, epoch, status, (select epoch from es.log_identity) as log_epoch
  from read.projection where name = $1 and version`;
/** A newer version goes on with the rows of an older one until its own are built: better than rows that stand still. */
const LOCKS: Record<Side, { name: string; text: string }> = {
  live: {
    name: 'projection-lock',
    text: `${CHECKPOINT} <= $2 and status in ('live', 'paused') for update skip locked`,
  },
  building: { name: 'build-lock', text: `${CHECKPOINT} = $2 and status = 'building' for update skip locked` },
};
const KEY = 'where name = $1 and version = $2 and build = $3';
const ADVANCE = {
  name: 'projection-advance',
  text: `update read.projection set position = $4, last_error = null, updated_at = now() ${KEY}`,
};
const PAUSE = {
  name: 'projection-pause',
  text: `update read.projection set status = 'paused', last_error = $4, updated_at = now() ${KEY}`,
};
/** A live one stops; a build, which nobody reads, is tried again and only says why it does not move. */
const FAILURES: Record<Side, { name: string; text: string }> = {
  live: {
    name: 'projection-pause-live',
    text: `update read.projection set status = 'paused', last_error = $2, updated_at = now()
      where name = $1 and status = 'live'`,
  },
  building: {
    name: 'projection-build-failed',
    text: `update read.projection set last_error = $2, updated_at = now() where name = $1 and status = 'building'`,
  },
};

/** The tables a projection names without a schema are those of this one. */
export function schemaOf(side: Side, name: string): string {
  return side === 'live' ? 'read' : `read_build_${name}`;
}

/**
 * Projects the next batch of at most `limit` events: rows and checkpoint in one transaction, so that each event counts
 * exactly once however often this is interrupted. Throws when the database cannot be reached.
 */
export async function projectNext(options: StepOptions, limit: number, side: Side = 'live'): Promise<StepResult> {
  const { projection, bus } = options;
  return inTransaction(options.pool, schemaOf(side, projection.name), async (client) => {
    const checkpoint = await lockCheckpoint(client, projection, side);
    if (checkpoint === null) return { commit: false, result: { kind: 'busy' } };
    const result = await projectFrom(client, options, checkpoint, (after) => readEventRows(client, after, limit));
    return {
      commit: result.kind !== 'failed',
      result,
      after() {
        if (side === 'building' || result.kind !== 'done' || result.count === 0) return;
        publishJson(bus, subjects.projection(projection.name), { position: result.position });
      },
    };
  });
}

export interface Outcome<Result> {
  commit: boolean;
  result: Result;
  /** Once it is committed. */
  after?: () => void;
}

/**
 * Runs `work` in a transaction that finds unqualified tables in `schema`. What a projection reads and writes it names by
 * key, and its statements are planned when a new table is still empty: without the hint, Postgres would go on reading
 * whole tables while they grow.
 */
export async function inTransaction<Result>(
  pool: pg.Pool,
  schema: string,
  work: (client: pg.PoolClient) => Promise<Outcome<Result>>,
): Promise<Result> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query(`begin; set local search_path = "${schema}"; set local enable_seqscan = off`);
    const { commit, result, after } = await work(client);
    await client.query(commit ? 'commit' : 'rollback');
    after?.();
    return result;
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection given back broken is closed, which also ends its transaction.
    client.release(broken);
  }
}

export async function lockCheckpoint(
  client: PgTx,
  { name, version }: Pick<Projection<PgTx>, 'name' | 'version'>,
  side: Side,
): Promise<Checkpoint | null> {
  const { rows } = await client.query<Checkpoint>({ ...LOCKS[side], values: [name, version] });
  return rows[0] ?? null;
}

/** Projects the batch `read` gives for the checkpoint that this transaction holds: the events after its position. */
export async function projectFrom(
  client: PgTx,
  { projection, registry }: StepOptions,
  checkpoint: Checkpoint,
  read: (after: number) => Promise<RecordedEvent[]>,
): Promise<StepResult> {
  const key = [projection.name, checkpoint.version, checkpoint.build];
  if (checkpoint.status === 'paused') return { kind: 'paused' };
  if (checkpoint.epoch !== checkpoint.log_epoch) {
    // The log was restored: what this read model saw may never have happened in the history that counts now.
    await client.query({ ...PAUSE, values: [...key, { code: 'EPOCH_CHANGED', was: checkpoint.epoch }] });
    return { kind: 'paused' };
  }

  const stored = await read(checkpoint.position);
  const [first, last] = [stored[0], stored.at(-1)];
  if (first === undefined || last === undefined) return { kind: 'done', count: 0, position: checkpoint.position };
  if (first.position !== checkpoint.position + 1) {
    throw new LogBroken(`${projection.name} is at ${checkpoint.position} but the log goes on at ${first.position}`);
  }
  await client.query('savepoint batch');
  try {
    await projection.handle(client, stored.map(registry.upcast));
  } catch (error) {
    // The savepoint tells a bad event from a lost connection: on a lost one, going back to it throws.
    await client.query('rollback to savepoint batch');
    // A statement that runs into its time limit is tried with fewer events, and in the end the projection pauses.
    if (failureOf(error) === 'retry' && !isStatementTimeout(error)) throw error;
    const { position, eventId, type } = first;
    return { kind: 'failed', error, event: { position, eventId, type }, count: stored.length };
  }
  await client.query({ ...ADVANCE, values: [...key, last.position] });
  return { kind: 'done', count: stored.length, position: last.position };
}

/** Stops a projection at the event it cannot digest; it stays there, with the reason, until it is resumed. */
export function pauseProjection(options: FailedAt, failed: Failure): Promise<void> {
  return noteFailure(options, failed, 'live');
}

type FailedAt = Pick<StepOptions, 'pool' | 'projection'>;
type Failure = Pick<Extract<StepResult, { kind: 'failed' }>, 'event' | 'error'>;

/** Stores the event that cannot be digested and what was said about it, with the side that met it. */
export async function noteFailure(
  { pool, projection }: FailedAt,
  { event, error }: Failure,
  side: Side,
): Promise<void> {
  const message = cutText(cleanText(error instanceof Error ? error.message : String(error)), 500);
  await pool.query({ ...FAILURES[side], values: [projection.name, { ...event, message }] });
}

import { subjects } from '@claude-codex/contracts/subjects';
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

export type StepResult =
  /** `count` events were projected and committed; 0 = caught up. */
  | { kind: 'done'; count: number; position: number }
  /** Another process is projecting it. */
  | { kind: 'busy' }
  /** Stopped until an operator resumes it. */
  | { kind: 'paused' }
  /** Nothing was committed; the same events come again. `event` is the first of the batch that failed. */
  | { kind: 'failed'; error: unknown; event: { position: number; eventId: string; type: string }; count: number };

interface Checkpoint {
  position: number;
  epoch: string;
  status: 'building' | 'live' | 'paused' | 'retired';
  log_epoch: string;
}

const LOCK = {
  name: 'projection-lock',
  text: `select position, epoch, status, (select epoch from es.log_identity) as log_epoch
    from read.projection where name = $1 and version = $2 for update skip locked`,
};
const ADVANCE = {
  name: 'projection-advance',
  text: 'update read.projection set position = $3, last_error = null, updated_at = now() where name = $1 and version = $2',
};
const PAUSE = {
  name: 'projection-pause',
  text: `update read.projection set status = 'paused', last_error = $3, updated_at = now()
    where name = $1 and version = $2`,
};

/**
 * Projects the next batch of at most `limit` events: rows and checkpoint in one transaction, so that each event counts
 * exactly once however often this is interrupted. Throws when the database cannot be reached.
 */
export async function projectNext(options: StepOptions, limit: number): Promise<StepResult> {
  const client = await options.pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const result = await inTransaction(client, options, limit);
    await client.query(result.kind === 'failed' ? 'rollback' : 'commit');
    if (result.kind === 'done' && result.count > 0) {
      publishJson(options.bus, subjects.projection(options.projection.name), { position: result.position });
    }
    return result;
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    client.release(broken);
  }
}

async function inTransaction(client: pg.PoolClient, options: StepOptions, limit: number): Promise<StepResult> {
  const { projection, registry } = options;
  const key = [projection.name, projection.version];
  const { rows } = await client.query<Checkpoint>({ ...LOCK, values: key });
  const checkpoint = rows[0];
  if (checkpoint === undefined) return { kind: 'busy' };
  if (checkpoint.status === 'paused' || checkpoint.status === 'retired') return { kind: 'paused' };
  if (checkpoint.epoch !== checkpoint.log_epoch) {
    // The log was restored: what this read model saw may never have happened in the history that counts now.
    await client.query({ ...PAUSE, values: [...key, { code: 'EPOCH_CHANGED', was: checkpoint.epoch }] });
    return { kind: 'paused' };
  }

  const stored = await readEventRows(client, checkpoint.position, limit);
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
export async function pauseProjection(
  { pool, projection }: Pick<StepOptions, 'pool' | 'projection'>,
  { event, error }: Extract<StepResult, { kind: 'failed' }>,
): Promise<void> {
  const message = (error instanceof Error ? error.message : String(error)).slice(0, 500);
  await pool.query({ ...PAUSE, values: [projection.name, projection.version, { ...event, message }] });
}

import type { Projection } from '@claude-codex/eventing';
import type pg from 'pg';
import type { PgTx } from './projection-step.ts';

/**
 * Makes the checkpoint row of a projection when it has none. A new version starts from the beginning of the log: its
 * tables are emptied (`reset`) and the older versions retired, all in one transaction.
 */
export async function registerProjection(pool: pg.Pool, projection: Projection<PgTx>): Promise<void> {
  const key = [projection.name, projection.version];
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query('begin');
    const made = await client.query(
      `insert into read.projection (name, version, status, position, epoch)
        select $1, $2, 'live', base_position, epoch from es.log_identity on conflict do nothing`,
      key,
    );
    if (made.rowCount === 1) {
      await client.query(
        `update read.projection set status = 'retired', updated_at = now() where name = $1 and version <> $2`,
        key,
      );
      await projection.reset?.(client);
    }
    await client.query('commit');
  } catch (error) {
    broken = error instanceof Error ? error : new Error(String(error));
    throw error;
  } finally {
    // A connection given back broken is closed, which also ends its transaction.
    client.release(broken);
  }
}

export interface ProjectionStatus {
  name: string;
  version: number;
  status: 'building' | 'live' | 'paused' | 'retired';
  position: number;
  /** Events of the raw log not yet seen. */
  lag: number;
  /** Age of the oldest event not yet seen, in seconds; 0 when caught up. */
  lagSeconds: number;
  lastError: unknown;
}

/** How far every read model is, measured against the raw head of the log. */
export async function readProjectionStatus(db: Pick<pg.Pool, 'query'>): Promise<ProjectionStatus[]> {
  const { rows } = await db.query<ProjectionStatus>({
    name: 'projection-status',
    text: `select name, version, status, p.position, last_error as "lastError",
        coalesce((select max(position) from es.event), p.position) - p.position as lag,
        coalesce((select extract(epoch from clock_timestamp() - e.recorded_at)::float from es.event e
          where e.position = p.position + 1), 0) as "lagSeconds"
      from read.projection p order by name, version`,
  });
  return rows;
}

/** Lets a paused projection try its event again. False when it was not paused. */
export async function resumeProjection(db: Pick<pg.Pool, 'query'>, name: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update read.projection set status = 'live', updated_at = now() where name = $1 and status = 'paused'`,
    [name],
  );
  return (rowCount ?? 0) > 0;
}

import type { Projection } from '@claude-codex/eventing';
import type pg from 'pg';
import type { PgTx } from './projection-step.ts';

/**
 * Makes the checkpoint row of a projection that has none. When an older version is live, starts to build this one
 * beside it.
 */
export async function registerProjection(pool: Pick<pg.Pool, 'query'>, projection: Projection<PgTx>): Promise<void> {
  const { name, version } = projection;
  await pool.query(
    `insert into read.projection (name, version, status, position, epoch)
      select $1, $2::int, 'live', base_position, epoch from es.log_identity
      where not exists (select from read.projection where name = $1) on conflict do nothing`,
    [name, version],
  );
  const { rows } = await pool.query<{ older: boolean }>(
    `select version < $2 as older from read.projection where name = $1 and status in ('live', 'paused')`,
    [name, version],
  );
  if (rows[0]?.older === true) await beginBuild(pool, projection);
  // Replaced tables are kept for a day, for whoever wants to compare.
  await pool.query(
    `select read.drop_retired($1) where exists (
      select from read.projection where name = $1 and status = 'retired' and updated_at < now() - interval '1 day')`,
    [name],
  );
}

/** Starts to build a read model anew from the beginning of the log, beside the live one. One under way goes on. */
export async function beginBuild(
  pool: Pick<pg.Pool, 'query'>,
  { name, version, tables = [] }: Pick<Projection<PgTx>, 'name' | 'version' | 'tables'>,
): Promise<void> {
  await pool.query('select read.begin_build($1, $2, $3::text[])', [name, version, tables]);
}

/** Gives up the build under way; the live read model goes on as it is. False when there was none. */
export async function cancelBuild(db: Pick<pg.Pool, 'query'>, name: string): Promise<boolean> {
  const { rows } = await db.query<{ cancelled: boolean }>('select read.cancel_build($1) as cancelled', [name]);
  return rows[0]?.cancelled === true;
}

export interface ProjectionStatus {
  name: string;
  version: number;
  /** Counts rebuilds. */
  build: number;
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
    text: `select name, version, build, status, p.position, last_error as "lastError",
        coalesce((select max(position) from es.event), p.position) - p.position as lag,
        coalesce((select extract(epoch from clock_timestamp() - e.recorded_at)::float from es.every_event e
          where e.position = p.position + 1), 0) as "lagSeconds"
      from read.projection p order by name, version, build`,
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

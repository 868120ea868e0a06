import { randomUUID } from 'node:crypto';
import type { Head, Projection } from '@claude-codex/eventing';
import type pg from 'pg';
import { readHead } from './head.ts';
import { beginBuild } from './projection-status.ts';
import type { PgTx } from './projection-step.ts';

/**
 * Tells everybody that this log is another history than before: to be run once after a restore of an older backup, by
 * the owner of the database, before the services start. NATS is then filled anew, browsers start over, and every read
 * model is built from the log that is there. Gives the new epoch and the position the history goes on from.
 */
export async function startNewEpoch(
  pool: pg.Pool,
  projections: readonly Pick<Projection<PgTx>, 'name' | 'version' | 'tables'>[],
): Promise<Head> {
  const head = await nameNewEpoch(pool);
  await pool.query('delete from es.snapshot');
  // A build of the history before would never become live.
  await pool.query(`delete from read.projection where status = 'building'`);
  for (const projection of projections) {
    const { rowCount } = await pool.query('select from read.projection where name = $1', [projection.name]);
    if ((rowCount ?? 0) > 0) await beginBuild(pool, projection);
  }
  return head;
}

/**
 * The part of it that a log without read models and snapshots needs, such as one that a restore has just filled: works
 * inside a transaction, on the tables of every release.
 */
export async function nameNewEpoch(db: Pick<pg.Pool, 'query'>): Promise<Head> {
  const epoch = randomUUID().replaceAll('-', '');
  await db.query('update es.log_identity set epoch = $1', [epoch]);
  const { position } = await readHead(db);
  // Ahead of the log only when the checkpoints came from a newer copy than the events.
  await db.query('update es.process_manager set position = least(position, $1), owner = null, lease_until = null', [
    position,
  ]);
  return { epoch, position };
}

import type pg from 'pg';

const KEPT_DAYS = 30;
const BATCH = 5_000;

/**
 * Forgets answers to commands of more than 30 days ago, a bounded number per call so that it never holds up appends.
 * Gives how many it forgot.
 */
export async function pruneCommandResults(pool: Pick<pg.Pool, 'query'>): Promise<number> {
  const { rowCount } = await pool.query({
    name: 'prune-command-results',
    text: `delete from es.command_result where command_id in (
      select command_id from es.command_result where at < now() - $1::int * interval '1 day' limit $2)`,
    values: [KEPT_DAYS, BATCH],
  });
  return rowCount ?? 0;
}

import type { Log } from '@claude-codex/eventing';
import type pg from 'pg';

const KEPT_DAYS = 30;
const BATCH = 5_000;
const EVERY_MS = 60 * 60 * 1_000;

/**
 * Forgets answers to commands of more than 30 days ago, a bounded number per statement so that it never holds up
 * appends, until none is left. Gives how many it forgot.
 */
export async function pruneCommandResults(pool: Pick<pg.Pool, 'query'>, batch = BATCH): Promise<number> {
  for (let forgotten = 0; ; ) {
    const { rowCount } = await pool.query({
      name: 'prune-command-results',
      text: `delete from es.command_result where command_id in (
        select command_id from es.command_result where at < now() - $1::int * interval '1 day' limit $2)`,
      values: [KEPT_DAYS, batch],
    });
    forgotten += rowCount ?? 0;
    if ((rowCount ?? 0) < batch) return forgotten;
  }
}

/** Prunes once an hour. Returns what stops it, and waits for a round under way. */
export function startPruning(pool: Pick<pg.Pool, 'query'>, log: Log, everyMs = EVERY_MS): () => Promise<void> {
  let round: Promise<void> = Promise.resolve();
  const prune = async () => {
    try {
      const forgotten = await pruneCommandResults(pool);
      if (forgotten > 0) log.info({ forgotten }, 'old command results were forgotten');
    } catch (error) {
      log.warn({ err: error }, 'old command results stay for now');
    }
  };
  const timer = setInterval(() => {
    round = round.then(prune);
  }, everyMs);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await round;
  };
}

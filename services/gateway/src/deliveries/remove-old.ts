import type { Logger } from '@claude-codex/service-kit/log';
import type { Pool } from 'pg';

/** How much of the log of deliveries stays. */
export interface KeptDeliveries {
  days: number;
  /** Of each forge. */
  count: number;
}

const EVERY_MS = 10 * 60_000;

/** Removes deliveries that are too old, and the oldest of too many. */
export async function removeOldDeliveries(pool: Pool, { days, count }: KeptDeliveries): Promise<void> {
  await pool.query(`delete from accounts.forge_delivery where received_at <= now() - $1 * interval '1 day'`, [days]);
  await pool.query(
    `delete from accounts.forge_delivery d using (
       select provider, (array_agg(id order by id desc))[$1 + 1] as newest_of_old
       from accounts.forge_delivery group by provider) too_many
     where d.provider = too_many.provider and d.id <= too_many.newest_of_old`,
    [count],
  );
  await pool.query(`delete from accounts.forge_delivery_refused where day <= (now() - $1 * interval '1 day')::date`, [
    days,
  ]);
}

/** The same at once and again and again. */
export function keepDeliveriesFew(pool: Pool, kept: KeptDeliveries, log: Logger): () => void {
  const remove = () =>
    removeOldDeliveries(pool, kept).catch((error: unknown) =>
      log.warn({ err: error }, 'old deliveries could not be removed; will retry'),
    );
  void remove();
  const timer = setInterval(remove, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}

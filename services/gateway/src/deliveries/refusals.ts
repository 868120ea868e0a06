import type { DeliveriesView } from '@claude-codex/contracts';
import { DeliveryRefusal, type ErrorCode, type RemoteForge } from '@claude-codex/contracts';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Pool } from 'pg';

/** Counts deliveries that were refused, by reason and day. Anybody can cause one, so they are written together. */
export interface Refusals {
  /** @param code of the problem it was answered with; one that says nothing of the delivery is not counted */
  count(provider: RemoteForge, code: string): void;
  list(provider: RemoteForge): Promise<DeliveriesView['refused']>;
  /** Writes what was counted until now. */
  stop(): Promise<void>;
}

const WRITE_MS = 2_000;
const REASONS: Partial<Record<ErrorCode, DeliveryRefusal>> = {
  TOKEN_INVALID: 'signature',
  MALFORMED_JSON: 'not_json',
  BODY_TOO_LARGE: 'too_large',
  NOT_FOUND: 'not_set_up',
  NOT_READY: 'not_ready',
  TOO_MANY_REQUESTS: 'too_many',
};

export function createRefusals({ pool, log }: { pool: Pool; log: Logger }): Refusals {
  const counted = new Map<RemoteForge, Map<DeliveryRefusal, number>>();
  let timer: NodeJS.Timeout | null = null;

  async function write(): Promise<void> {
    timer = null;
    const all = [...counted].flatMap(([provider, reasons]) =>
      [...reasons].map(([reason, count]) => ({ provider, reason, count })),
    );
    counted.clear();
    if (all.length === 0) return;
    try {
      await pool.query(
        `insert into accounts.forge_delivery_refused (provider, day, reason, count, last_at)
         select provider, (now() at time zone 'utc')::date, reason, count, now()
         from unnest($1::text[], $2::text[], $3::bigint[]) as one (provider, reason, count)
         on conflict (provider, day, reason) do update
         set count = accounts.forge_delivery_refused.count + excluded.count, last_at = excluded.last_at`,
        [all.map(({ provider }) => provider), all.map(({ reason }) => reason), all.map(({ count }) => count)],
      );
    } catch (error) {
      log.warn({ err: error, lost: all }, 'refused deliveries could not be counted');
    }
  }

  return {
    count(provider, code) {
      const reason = REASONS[code as ErrorCode];
      if (reason === undefined) return;
      const reasons = counted.get(provider) ?? new Map<DeliveryRefusal, number>();
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      counted.set(provider, reasons);
      timer ??= setTimeout(write, WRITE_MS).unref();
    },
    async list(provider) {
      const { rows } = await pool.query<{ reason: string; count: string; lastAt: Date }>(
        `select reason, sum(count)::text as count, max(last_at) as "lastAt" from accounts.forge_delivery_refused
         where provider = $1 group by reason order by 3 desc`,
        [provider],
      );
      return rows.flatMap(({ reason, count, lastAt }) => {
        const known = DeliveryRefusal.safeParse(reason);
        return known.success ? [{ reason: known.data, count: Number(count), lastAt: lastAt.toISOString() }] : [];
      });
    },
    async stop() {
      if (timer !== null) clearTimeout(timer);
      await write();
    },
  };
}

import type { Pool } from '@claude-codex/service-kit/pg/pool';
import { NEARBY, type Target } from '../target.ts';

export function postgresTarget(pool: Pool): Target {
  return {
    key: 'postgres',
    service: { name: 'Postgres', serviceType: 'database', probe: 'postgres', target: 'postgres' },
    thresholds: NEARBY,
    async ask() {
      const { rows } = await pool.query<{ server_version: string }>('show server_version');
      return { ok: true, detail: `Postgres ${rows[0]?.server_version ?? ''}`.trim() };
    },
  };
}

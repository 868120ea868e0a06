import { join } from 'node:path';
import type { Log } from '@claude-codex/eventing';
import { migrations } from '@claude-codex/infra/migrations';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import type { Pool } from '@claude-codex/service-kit/pg/pool';
import { KEPT, namesIn } from './data-files.ts';

const AGAIN = 'A backup is restored into an empty server only:';

/** Throws, and says what to do, when something of a server is there that a restore would mix with another history. */
export async function refuseUnlessEmpty(pool: Pool, root: string): Promise<void> {
  const { rows } = await pool.query<{ made: boolean }>(`select to_regclass('accounts.person') is not null as made`);
  if (rows[0]?.made === true) {
    const { rows: found } = await pool.query<{ events: number; people: number }>(
      `select (select count(*) from es.every_event) as events, (select count(*) from accounts.person) as people`,
    );
    const { events = 0, people = 0 } = found[0] ?? {};
    if (events > 0 || people > 0) {
      throw new Error(
        `The database holds ${events} events and ${people} people already. ${AGAIN} set CODEX_DATA_DIR to a new directory, or DATABASE_URL to a new database (docs/backup.md).`,
      );
    }
  }
  for (const kept of KEPT) {
    if ((await namesIn(join(root, kept))).length === 0) continue;
    throw new Error(`${join(root, kept)} is not empty. ${AGAIN} move it away first.`);
  }
}

/**
 * Gives an empty database the schema of exactly these migrations, so that rows of an older release come into the tables
 * they were taken from; newer migrations then change them as they would have on that server.
 */
export async function prepareSchema(
  pool: Pool,
  { connectionString, wanted, log }: { connectionString: string; wanted: readonly string[]; log: Log },
): Promise<void> {
  const { rows } = await pool.query<{ exists: boolean }>(
    `select to_regclass('schema_migration') is not null as exists`,
  );
  if (rows[0]?.exists === true) {
    const applied = await pool.query<{ name: string }>('select name from schema_migration');
    const names = new Set(applied.rows.map(({ name }) => name));
    if (names.size === wanted.length && wanted.every((name) => names.has(name))) return;
    await pool.query('drop schema es, read, accounts cascade; drop table schema_migration');
  }
  await migrate({ connectionString, migrations: migrations.filter(({ name }) => wanted.includes(name)), log });
}

import type { Log } from '@claude-codex/eventing';
import pg from 'pg';
import { OperatorError, reasonOf } from '../operator-error.ts';

/** One step of the schema; `statements` are run in order. Released ones never change. */
export interface SchemaMigration {
  readonly name: string;
  readonly statements: () => string[];
}

export interface MigrateOptions {
  /** A login that owns the database: migrations make schemas and roles. */
  connectionString: string;
  /** Oldest first, usually `migrations` of `@claude-codex/infra/migrations`. */
  migrations: readonly SchemaMigration[];
  /** The setting that names the database, for what its operator is told. Default `DATABASE_URL`. */
  setting?: string;
  log: Log;
}

/** Any fixed pair; the first number is ours in every advisory lock, the second says what for (1 = append). */
const MIGRATION_LOCK = [20117, 2];
const TABLE = 'schema_migration';

/**
 * Brings the schema up to date. Several services may call it at once: one works, the others wait for it.
 * Throws `OperatorError` when the database cannot be reached, or is not one that this release can work on.
 */
export async function migrate(options: MigrateOptions): Promise<void> {
  const { connectionString, migrations, setting = 'DATABASE_URL', log } = options;
  const client = new pg.Client({ connectionString, application_name: 'migrate', connectionTimeoutMillis: 5_000 });
  await client.connect().catch((error: unknown) => {
    throw new OperatorError(`The database cannot be reached (${setting}): ${reasonOf(error)}`, { cause: error });
  });
  try {
    await client.query('select pg_advisory_lock($1, $2)', MIGRATION_LOCK);
    await refuseOtherEncodings(client, setting);
    const pending = await pendingOf(client, migrations);
    if (pending.length === 0) return;
    log.info({ pending: pending.map(({ name }) => name) }, 'migrating the database');
    await run(connectionString, migrations, log).catch(explainRefusal(setting));
    log.info({ applied: pending.length }, 'database is up to date');
  } finally {
    await client.end();
  }
}

/** Any other could not keep every text of an event as it was written. */
async function refuseOtherEncodings(client: pg.Client, setting: string): Promise<void> {
  const { rows } = await client.query<{ server_encoding: string }>('show server_encoding');
  const encoding = rows[0]?.server_encoding;
  if (encoding === 'UTF8') return;
  throw new OperatorError(
    `The database keeps text as ${encoding}; make one with "create database … encoding 'UTF8' template template0" and name it in ${setting}`,
  );
}

/** Asked before MikroORM is loaded: an ordinary start then pays neither its time nor its memory. */
async function pendingOf(client: pg.Client, migrations: readonly SchemaMigration[]): Promise<SchemaMigration[]> {
  const exists = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [TABLE]);
  if (exists.rows[0]?.exists !== true) return [...migrations];
  const applied = await client.query<{ name: string }>(`select name from ${TABLE}`);
  const names = new Set(applied.rows.map(({ name }) => name));
  const known = new Set(migrations.map(({ name }) => name));
  const unknown = [...names].filter((name) => !known.has(name));
  if (unknown.length > 0) {
    throw new OperatorError(
      `The database was migrated by a newer release (${unknown.join(', ')}); this one would damage it`,
    );
  }
  return migrations.filter(({ name }) => !names.has(name));
}

/** 42501 = insufficient privilege: it is the login that is wrong, not a migration. */
function explainRefusal(setting: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && error.code === '42501')) throw error;
    throw new OperatorError(
      `The login of ${setting} must own the database and be allowed to make roles: ${error.message}`,
      { cause: error },
    );
  };
}

async function run(connectionString: string, migrations: readonly SchemaMigration[], log: Log): Promise<void> {
  const [{ MikroORM }, { Migration, Migrator }] = await Promise.all([
    import('@mikro-orm/postgresql'),
    import('@mikro-orm/migrations'),
  ]);
  const migrationsList = migrations.map(({ name, statements }) => ({
    name,
    class: class extends Migration {
      override up(): void {
        for (const statement of statements()) this.addSql(statement);
      }
    },
  }));
  const orm = await MikroORM.init({
    clientUrl: connectionString,
    entities: [],
    extensions: [Migrator],
    discovery: { warnWhenNoEntities: false },
    migrations: { migrationsList, tableName: TABLE, snapshot: false, allOrNothing: true },
    logger: (message) => log.debug({}, message),
    colors: false,
    pool: { min: 0, max: 2 },
  });
  try {
    await orm.migrator.up();
  } finally {
    await orm.close(true);
  }
}

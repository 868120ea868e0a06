// First start of the team server, step 2: brings the schema up to date and gives each service a login of its own that
// can take that service's role and nothing else.
import { readFileSync } from 'node:fs';
import { createLogger, parseEnv, sayLastWords } from '@claude-codex/service-kit';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import pg from 'pg';
import { z } from 'zod';
import { migrations } from '../migrations/index.ts';

sayLastWords();
const env = parseEnv(
  z.object({
    DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/, error: 'must be a postgres:// address that owns the database' }),
    /** JSON: [{login, role, password}], as first-start/secrets.mjs writes it. */
    DATABASE_LOGINS_FILE: z.string().startsWith('/', 'must be an absolute path'),
    LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']).default('info'),
  }),
);
const Logins = z.array(
  z.object({
    login: z.string().regex(/^[a-z_]+$/),
    role: z
      .string()
      .regex(/^codex_[a-z_]+$/)
      .nullable(),
    password: z.string().min(16),
  }),
);

const log = createLogger({ service: 'migrate', level: env.LOG_LEVEL });
await migrate({ connectionString: env.DATABASE_URL, migrations, log });

const logins = Logins.parse(JSON.parse(readFileSync(env.DATABASE_LOGINS_FILE, 'utf8')));
const client = new pg.Client({ connectionString: env.DATABASE_URL, application_name: 'migrate' });
await client.connect();
try {
  for (const { login, role, password } of logins) {
    const name = client.escapeIdentifier(login);
    const { rowCount } = await client.query('select from pg_roles where rolname = $1', [login]);
    if (rowCount === 0) await client.query(`create role ${name} login`);
    await client.query(`alter role ${name} with login noinherit password ${client.escapeLiteral(password)}`);
    if (role === null) continue;
    await client.query(`grant ${client.escapeIdentifier(role)} to ${name}`);
    // A service compares the schema with what it was made for before it serves.
    await client.query(`grant select on schema_migration to ${name}`);
  }
} finally {
  await client.end();
}
log.info({ logins: logins.length }, 'database is ready');

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrations } from '@claude-codex/infra/migrations';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import pg from 'pg';
import { freePort } from './free-port.ts';
import { moveInto, postgresBinaries } from './postgres-binaries.ts';
import { type Cluster, type ClusterOptions, createCluster, initialise } from './postgres-cluster.ts';
import { silentLog } from './silent-log.ts';

const TEMPLATE = 'codex_template';

export interface TestPostgres {
  /** A fresh, migrated database. The login is a superuser; use roles to act as a service. */
  readonly connectionString: string;
  /** Another fresh, migrated database of the same server. */
  createDatabase(): Promise<string>;
  kill: Cluster['kill'];
  freeze: Cluster['freeze'];
  start: Cluster['start'];
  stop(): Promise<void>;
}

/**
 * A real Postgres server of its own for a test file, with every migration applied. Made from a copy of a prepared data
 * directory, so it costs a fraction of a second. Call `stop` in `afterAll`.
 */
export async function startTestPostgres(
  options: Pick<ClusterOptions, 'durable' | 'settings'> = {},
): Promise<TestPostgres> {
  const bin = await postgresBinaries();
  const root = openTempDir('claude-codex-test-postgres-');
  const dataDir = join(root, 'data');
  copyDataDir(await preparedDataDir(bin), dataDir);
  const cluster = createCluster({ bin, dataDir, port: await freePort(), ...options });
  await cluster.start();
  let made = 0;

  async function createDatabase(): Promise<string> {
    made += 1;
    const name = `codex_test_${made}`;
    await execute(cluster.url('postgres'), `create database ${name} template ${TEMPLATE}`);
    const url = cluster.url(name);
    await execute(url, `update es.log_identity set epoch = replace(gen_random_uuid()::text, '-', '')`);
    return url;
  }

  return {
    connectionString: await createDatabase(),
    createDatabase,
    kill: cluster.kill,
    freeze: cluster.freeze,
    start: cluster.start,
    async stop() {
      await cluster.stop();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** A data directory with the migrated template database: made once per state of the migrations, kept between runs. */
async function preparedDataDir(bin: string): Promise<string> {
  const target = join(tmpdir(), `claude-codex-prepared-postgres-${migrationsHash(bin)}`);
  if (existsSync(target)) return join(target, 'data');
  const root = openTempDir('claude-codex-preparing-postgres-');
  const dataDir = join(root, 'data');
  initialise(bin, dataDir);
  const cluster = createCluster({ bin, dataDir, port: await freePort() });
  await cluster.start();
  try {
    await execute(cluster.url('postgres'), `create database ${TEMPLATE}`);
    await migrate({ connectionString: cluster.url(TEMPLATE), migrations, log: silentLog });
  } finally {
    await cluster.stop();
  }
  moveInto(root, target);
  return join(target, 'data');
}

function migrationsHash(bin: string): string {
  const folder = dirname(fileURLToPath(import.meta.resolve('@claude-codex/infra/migrations')));
  const hash = createHash('sha256').update(bin).update(String(process.getuid?.()));
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    if (/\.(sql|ts)$/.test(path)) hash.update(path).update(readFileSync(join(folder, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

/** Open to the database's user, which is not ours when we are root. */
function openTempDir(prefix: string): string {
  const directory = mkdtempSync(join(tmpdir(), prefix));
  chmodSync(directory, 0o755);
  return directory;
}

/** With its owner and modes, which Postgres checks and `fs.cp` would not keep. */
function copyDataDir(from: string, to: string): void {
  execFileSync('cp', ['-a', from, to]);
}

async function execute(connectionString: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

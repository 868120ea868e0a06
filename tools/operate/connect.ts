// The database an operator's command works on: DATABASE_URL, or that of a standalone data directory.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from '@claude-codex/service-kit/env';
import { createLogger } from '@claude-codex/service-kit/log';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { natsAddress, postgresAddress } from '@claude-codex/service-kit/settings/fields';
import { z } from 'zod';

/** What the commands of an operator read beside CODEX_DATA_DIR, which is made where it is needed. */
const OperateEnv = z.object({ DATABASE_URL: postgresAddress.optional(), NATS_URL: natsAddress.optional() });

export interface OpenDatabase {
  connectionString: string;
  /** What was found, for the first line an operator reads. */
  where: string;
  /** The data directory: where services keep what is not in the database. */
  root: string;
  /** Stops what this command started; a server that ran before keeps running. */
  close(): Promise<void>;
}

/** Throws with a sentence for the operator when there is nothing to work on. */
export async function openDatabase(env: NodeJS.ProcessEnv = process.env): Promise<OpenDatabase> {
  const root = resolve(env.CODEX_DATA_DIR ?? '.codex');
  const given = await givenDatabase(env, root);
  if (given !== null) return given;
  if (!existsSync(join(root, 'secrets', 'postgres-password'))) {
    throw new OperatorError(
      `No server was ever started in ${root}. Set CODEX_DATA_DIR to its data directory, or DATABASE_URL.`,
    );
  }
  const { clusterDir, databaseUser } = await standalone();
  const directory = clusterDir(join(root, 'postgres'), databaseUser());
  const running = runningServer(directory, join(root, 'secrets', 'postgres-password'));
  if (running !== null) {
    return { connectionString: running, where: `the running server of ${root}`, root, close: async () => undefined };
  }
  return { ...(await startDatabase(root)), where: `the data of ${root}, whose server is not running` };
}

/**
 * A database for a server that is yet to come: DATABASE_URL, or a new one in a data directory that no server uses until
 * `close`. Throws when one does.
 */
export async function openNewDatabase(env: NodeJS.ProcessEnv = process.env): Promise<OpenDatabase> {
  const root = resolve(env.CODEX_DATA_DIR ?? '.codex');
  const given = await givenDatabase(env, root);
  if (given !== null) return given;
  const { openDataDir } = await standalone();
  const { unlock } = await openDataDir(root);
  try {
    const started = await startDatabase(root);
    const close = () => started.close().finally(unlock);
    return { ...started, where: root, close };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function givenDatabase(env: NodeJS.ProcessEnv, root: string): Promise<OpenDatabase | null> {
  const { DATABASE_URL: url } = parseEnv(OperateEnv, env);
  if (url === undefined) return null;
  const where = `database ${hostOf(url)}`;
  const pool = createPool({ connectionString: url, name: 'operate', max: 1 });
  try {
    await pool.query('select');
  } catch (error) {
    throw new OperatorError(`The ${where} cannot be reached (DATABASE_URL): ${reasonOf(error)}`, { cause: error });
  } finally {
    await pool.end();
  }
  return { connectionString: url, where, root, close: async () => undefined };
}

async function startDatabase(root: string): Promise<Omit<OpenDatabase, 'where'>> {
  const { startEmbeddedPostgres } = await standalone();
  const log = createLogger({ service: 'operate', level: 'fatal' });
  const started = await startEmbeddedPostgres({
    directory: join(root, 'postgres'),
    secrets: join(root, 'secrets'),
    log,
  });
  return { connectionString: started.connectionString, root, close: started.stop };
}

/** Loaded where it is needed: beside a team server there is no standalone one. */
async function standalone() {
  const [dataDir, embedded, places, user] = await Promise.all([
    import('../../standalone/src/data-dir.ts'),
    import('../../standalone/src/postgres/embedded.ts'),
    import('../../standalone/src/postgres/places.ts'),
    import('../../standalone/src/postgres/user.ts'),
  ]);
  return { ...dataDir, ...embedded, ...places, ...user };
}

/** postmaster.pid: process id, directory, start, port, … */
function runningServer(directory: string, passwordFile: string): string | null {
  const file = join(directory, 'postmaster.pid');
  if (!existsSync(file)) return null;
  const [pid, , , port] = readFileSync(file, 'utf8').split('\n');
  if (!runsPostgres(Number(pid))) return null;
  const password = readFileSync(passwordFile, 'utf8').trim();
  return `postgres://postgres:${password}@127.0.0.1:${Number(port)}/codex`;
}

/** A second server on the same files would ruin them, so where it cannot be told, whoever has the id counts as one. */
function runsPostgres(pid: number): boolean {
  if (existsSync('/proc/self/cmdline')) {
    const commandLine = `/proc/${pid}/cmdline`;
    return existsSync(commandLine) && readFileSync(commandLine, 'utf8').includes('postgres');
  }
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function hostOf(url: string): string {
  const { hostname, pathname } = new URL(url);
  return `${pathname.slice(1)} on ${hostname}`;
}

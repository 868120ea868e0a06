// The database an operator's command works on: DATABASE_URL, or that of a standalone data directory.
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createLogger } from '@claude-codex/service-kit/log';
import { startEmbeddedPostgres } from '../../standalone/src/postgres/embedded.ts';
import { clusterDir } from '../../standalone/src/postgres/places.ts';
import { databaseUser } from '../../standalone/src/postgres/user.ts';

export interface OpenDatabase {
  connectionString: string;
  /** What was found, for the first line an operator reads. */
  where: string;
  /** Stops what this command started; a server that ran before keeps running. */
  close(): Promise<void>;
}

/** Throws with a sentence for the operator when there is nothing to work on. */
export async function openDatabase(env: NodeJS.ProcessEnv = process.env): Promise<OpenDatabase> {
  const { DATABASE_URL: url } = env;
  if (url !== undefined && url !== '') {
    return { connectionString: url, where: `database ${hostOf(url)}`, close: async () => undefined };
  }
  const root = resolve(env.CODEX_DATA_DIR ?? '.codex');
  if (!existsSync(join(root, 'secrets', 'postgres-password'))) {
    throw new Error(
      `No server was ever started in ${root}. Set CODEX_DATA_DIR to its data directory, or DATABASE_URL.`,
    );
  }
  const directory = clusterDir(join(root, 'postgres'), databaseUser());
  const running = runningServer(directory, join(root, 'secrets', 'postgres-password'));
  if (running !== null) {
    return { connectionString: running, where: `the running server of ${root}`, close: async () => undefined };
  }
  const log = createLogger({ service: 'operate', level: 'fatal' });
  const started = await startEmbeddedPostgres({
    directory: join(root, 'postgres'),
    secrets: join(root, 'secrets'),
    log,
  });
  return {
    connectionString: started.connectionString,
    where: `the data of ${root}, whose server is not running`,
    close: started.stop,
  };
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

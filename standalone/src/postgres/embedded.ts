import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@claude-codex/service-kit/log';
import { OperatorError, reasonOf } from '@claude-codex/service-kit/operator-error';
import { ensureDatabase, START_TIMEOUT_MS, waitForAnswer } from './answer.ts';
import { keepRunning } from './keep-running.ts';
import { clusterDir, postgresBinaries } from './places.ts';
import { type DatabaseUser, databaseUser } from './user.ts';

const DATABASE = 'codex';

/** Small on purpose: one person's server, measured with its memory at rest. Durability is never relaxed. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: 40,
  shared_buffers: '32MB',
  wal_buffers: '1MB',
  max_wal_size: '256MB',
  max_worker_processes: 2,
  max_parallel_workers: 0,
  autovacuum_max_workers: 1,
  max_logical_replication_workers: 0,
  jit: 'off',
  fsync: 'on',
  synchronous_commit: 'on',
} as const;

export interface EmbeddedPostgres {
  connectionString: string;
  directory: string;
  /** True when the cluster was made by this start. */
  fresh: boolean;
  stop(): Promise<void>;
}

/**
 * Starts the real Postgres that comes as an npm package, in its own directory. Makes the cluster on the first start.
 * When it ends without being asked to it is started again at the same address; `onLost` is called when that fails.
 * Throws `OperatorError` when it cannot be made or started, or when its password is not the one that is kept.
 */
export async function startEmbeddedPostgres(options: {
  directory: string;
  secrets: string;
  log: Logger;
  onLost?: (error: OperatorError) => void;
}): Promise<EmbeddedPostgres> {
  const user = databaseUser();
  const bin = await postgresBinaries(user);
  const directory = clusterDir(options.directory, user);
  const passwordFile = join(options.secrets, 'postgres-password');
  const fresh = !existsSync(join(directory, 'PG_VERSION'));
  if (fresh) initialise({ bin, directory, passwordFile, user });
  const password = existsSync(passwordFile) ? readFileSync(passwordFile, 'utf8').trim() : '';
  if (password === '') {
    // A database that could not lie in the data directory (see places.ts) stays when that is removed.
    throw new OperatorError(
      `The database in ${directory} was made by an earlier server, and its password (${passwordFile}) is gone. ` +
        `To begin anew, move ${directory} away; to go on with it, put that file back.`,
    );
  }

  await waitForEarlierServer(directory);
  const port = await freePort();
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`;
  const start = async (): Promise<ChildProcess> => {
    const server = launch({ bin, directory, port, user });
    try {
      await waitForAnswer({ server, connectionString: url('postgres'), directory, passwordFile });
      await ensureDatabase(url('postgres'), DATABASE);
    } catch (error) {
      await stopServer(server);
      throw error;
    }
    return server;
  };
  const server = await start();
  options.log.info({ port, directory, fresh }, 'database started');
  const { log, onLost } = options;
  const kept = keepRunning({ server, start, stopServer, log, ...(onLost === undefined ? {} : { onLost }) });
  return { connectionString: url(DATABASE), directory, fresh, stop: kept.stop };
}

interface Cluster {
  bin: string;
  directory: string;
  user: DatabaseUser | null;
}

function initialise({ bin, directory, passwordFile, user }: Cluster & { passwordFile: string }): void {
  const password = `${randomBytes(24).toString('hex')}\n`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  // initdb reads the password as the database's user, who cannot read our own file, and may not be able to enter our
  // own directory for temporary files; where its cluster lies it can go.
  const handOver = mkdtempSync(`${directory}-initdb-`);
  const file = join(handOver, 'password');
  writeFileSync(file, password, { mode: 0o600 });
  if (user !== null) for (const path of [handOver, file]) chownSync(path, user.uid, user.gid);
  const auth = ['-U', 'postgres', '-A', 'scram-sha-256', `--pwfile=${file}`];
  const args = ['-D', directory, ...auth, '-E', 'UTF8', '--locale=C', '--no-instructions'];
  try {
    execFileSync(join(bin, 'initdb'), args, { ...user, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
  } catch (error) {
    throw new OperatorError(`No database could be made in ${directory}: ${initdbWords(error)}`, { cause: error });
  } finally {
    rmSync(handOver, { recursive: true, force: true });
  }
}

/** What initdb says is wrong; its other lines tell what it did. */
function initdbWords(error: unknown): string {
  const said = error instanceof Error && 'stderr' in error ? String(error.stderr) : '';
  if (said.includes('No space left on device')) return 'the disk is full; make room there.';
  return /(?:error|FATAL): +(.+)/.exec(said)?.[1] ?? reasonOf(error);
}

function launch({ bin, directory, port, user }: Cluster & { port: number }): ChildProcess {
  const args = [
    '-D',
    directory,
    ...Object.entries({ ...SETTINGS, port }).flatMap(([key, value]) => ['-c', `${key}=${value}`]),
  ];
  const log = openSync(`${directory}.log`, 'a', 0o600);
  const options = { cwd: '/', stdio: ['ignore', log, log] as ('ignore' | number)[] };
  const guard = parentGuard(user);
  // The guard makes the kernel stop the database (fast shutdown) when this process is killed: no orphan is left.
  return guard === null
    ? spawn(join(bin, 'postgres'), args, { ...options, ...user })
    : spawn(guard.command, [...guard.args, join(bin, 'postgres'), ...args], options);
}

function parentGuard(user: DatabaseUser | null): { command: string; args: string[] } | null {
  const command = '/usr/bin/setpriv';
  if (process.platform !== 'linux' || !existsSync(command)) return null;
  const identity = user === null ? [] : [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'];
  return { command, args: [...identity, '--pdeathsig=INT', '--'] };
}

/** A server whose parent was killed may still be shutting down, or, without the guard, still run. */
async function waitForEarlierServer(directory: string): Promise<void> {
  const file = join(directory, 'postmaster.pid');
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (let asked = false; existsSync(file) && Date.now() < deadline; asked = true) {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0]);
    if (!Number.isInteger(pid) || !isPostgres(pid)) {
      rmSync(file, { force: true });
      return;
    }
    if (!asked) process.kill(pid, 'SIGINT');
    await sleep(20);
  }
}

function isPostgres(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('postgres');
  } catch {
    // Gone, or a system without /proc: Postgres itself then refuses to start beside another one.
    return false;
  }
}

async function stopServer(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const exited = once(server, 'exit');
  server.kill('SIGINT');
  await exited;
}

async function freePort(): Promise<number> {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('no free port');
  return address.port;
}

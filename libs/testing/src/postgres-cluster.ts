import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { postgresUser } from './postgres-binaries.ts';
import { signalFamily } from './process-family.ts';
import { waitFor } from './wait-for.ts';

export interface ClusterOptions {
  bin: string;
  dataDir: string;
  port: number;
  /** Real flushes to disk. Off by default: most tests never crash the machine. */
  durable?: boolean;
  /** Further settings of the server, by name. */
  settings?: Readonly<Record<string, string | number>>;
}

/** A database server process of one test. */
export interface Cluster {
  url(database: string): string;
  start(): Promise<void>;
  /** SIGKILL to every process of the server at once, as the kernel's OOM killer or a power switch would. */
  kill(): Promise<void>;
  /** SIGSTOP to every process of the server: connections stay open and nothing answers. Gives what lets it go on. */
  freeze(): () => void;
  stop(): Promise<void>;
}

export function initialise(bin: string, dataDir: string): void {
  mkdirSync(dataDir);
  chmodSync(dataDir, 0o700);
  if (postgresUser.uid !== undefined) chownSync(dataDir, postgresUser.uid, postgresUser.uid);
  const args = [
    '-D',
    dataDir,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
    '--no-instructions',
  ];
  execFileSync(join(bin, 'initdb'), args, { ...postgresUser, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
}

export function createCluster({ bin, dataDir, port, durable = false, settings: more = {} }: ClusterOptions): Cluster {
  let server: ChildProcess | null = null;
  const url = (database: string) => `postgres://postgres@127.0.0.1:${port}/${database}`;
  const settings = {
    listen_addresses: '127.0.0.1',
    port,
    unix_socket_directories: '',
    max_connections: 80,
    shared_buffers: '16MB',
    fsync: durable ? 'on' : 'off',
    // Acknowledged must mean flushed, in tests as in life; it costs nothing while fsync is off.
    synchronous_commit: 'on',
    max_wal_size: '256MB',
    ...more,
  };
  const args = ['-D', dataDir, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
  const send = (signal: NodeJS.Signals): void => {
    if (server?.pid !== undefined && server.exitCode === null) signalFamily(server.pid, signal);
  };
  const killWithUs = () => send('SIGKILL');

  /** Right after a kill the old children may still hold the shared memory for a moment; the server then exits at once. */
  async function start(): Promise<void> {
    await waitFor(
      'the test database to accept connections',
      async () => {
        if (server === null || server.exitCode !== null || server.signalCode !== null) {
          server = launch(join(bin, 'postgres'), args);
        }
        return answers(url('postgres'));
      },
      { timeoutMs: 30_000, everyMs: 50 },
    );
    process.once('exit', killWithUs);
  }

  async function end(signal: NodeJS.Signals): Promise<void> {
    process.off('exit', killWithUs);
    const running = server;
    server = null;
    if (running?.pid === undefined || running.exitCode !== null || running.signalCode !== null) return;
    const ended = once(running, 'exit');
    if (signal === 'SIGKILL') signalFamily(running.pid, signal);
    else running.kill(signal);
    await ended;
  }

  return {
    url,
    start,
    kill: () => end('SIGKILL'),
    freeze() {
      send('SIGSTOP');
      return () => send('SIGCONT');
    },
    stop: () => end('SIGINT'),
  };
}

/** A test runner that is killed itself runs none of its own clearing up: the kernel ends the server then. */
const SETPRIV = '/usr/bin/setpriv';

function launch(program: string, args: readonly string[]): ChildProcess {
  const options = { cwd: '/', stdio: 'ignore', detached: true } as const;
  if (!existsSync(SETPRIV)) return spawn(program, args, { ...options, ...postgresUser });
  const { uid, gid } = postgresUser;
  const identity = uid === undefined ? [] : [`--reuid=${uid}`, `--regid=${gid ?? uid}`, '--clear-groups'];
  return spawn(SETPRIV, [...identity, '--pdeathsig=KILL', '--', program, ...args], options);
}

async function answers(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  await client.connect();
  await client.end();
  return true;
}

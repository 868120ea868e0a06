import { execFile } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { newId } from '@claude-codex/service-kit';
import pg from 'pg';
import { type LoadResult, PAYLOAD, runLoad } from './append-load.ts';

const run = promisify(execFile);
export const PEERS = join(import.meta.dirname, '..', '..', 'peers');
const load = createRequire(join(PEERS, 'package.json'));
const EVENTS_PER_STREAM = 20;

/** The part of Emmett that is measured. */
interface Emmett {
  appendToStream(stream: string, events: unknown[], options: { expectedStreamVersion: bigint }): Promise<unknown>;
  close(): Promise<void>;
}

/** Installs the peers beside the product, never into it. */
export async function installPeers(): Promise<void> {
  await run('npm', ['install', '--no-audit', '--no-fund', '--workspaces=false'], { cwd: PEERS });
}

export async function appendWithEmmett(connectionString: string, callers: number, ms: number): Promise<LoadResult> {
  const { getPostgreSQLEventStore } = load('@event-driven-io/emmett-postgresql') as {
    getPostgreSQLEventStore: (url: string) => Emmett;
  };
  const store = getPostgreSQLEventStore(connectionString);
  const id = newId();
  const append = (stream: string, version: number, sequence: number) =>
    store.appendToStream(stream, [{ type: 'Measured', data: { ...PAYLOAD, sequence } }], {
      expectedStreamVersion: BigInt(version),
    });
  // The first append makes its tables.
  await append(`warm-${id}`, 0, 0);
  try {
    return await runLoad({
      callers,
      ms,
      work: async (caller, sequence) => {
        const stream = `task-${id}-${caller}-${Math.floor(sequence / EVENTS_PER_STREAM)}`;
        await append(stream, sequence % EVENTS_PER_STREAM, sequence);
      },
    });
  } finally {
    await store.close();
  }
}

export async function installMessageDb(connectionString: string): Promise<void> {
  const { hostname, port, username, pathname } = new URL(connectionString);
  const script = join(PEERS, 'node_modules', '@eventide', 'message-db', 'database', 'install.sh');
  const env = {
    ...process.env,
    PGHOST: hostname,
    PGPORT: port,
    PGUSER: username,
    DATABASE_NAME: pathname.slice(1),
    CREATE_DATABASE: 'off',
  };
  await run('bash', [script], { env });
}

export async function appendWithMessageDb(connectionString: string, callers: number, ms: number): Promise<LoadResult> {
  const pool = new pg.Pool({ connectionString, max: 10, options: '-c search_path=message_store,public' });
  const id = newId();
  try {
    return await runLoad({
      callers,
      ms,
      work: async (caller, sequence) => {
        const stream = `task-${id}x${caller}x${Math.floor(sequence / EVENTS_PER_STREAM)}`;
        await pool.query({
          name: 'write',
          text: 'select write_message(gen_random_uuid()::text, $1, $2, $3, null, $4)',
          values: [stream, 'Measured', { ...PAYLOAD, sequence }, (sequence % EVENTS_PER_STREAM) - 1],
        });
      },
    });
  } finally {
    await pool.end();
  }
}

/** pgbench's own loop: one row per transaction into a table with a primary key and nothing else. */
export async function pgbenchInsert(connectionString: string, clients: number, seconds: number): Promise<LoadResult> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query('create table if not exists bench_row (id bigserial primary key, data jsonb not null)');
  await client.end();
  const file = join(tmpdir(), `codex-pgbench-${process.pid}.sql`);
  const script = `insert into bench_row (data) values ('${JSON.stringify(PAYLOAD)}');`;
  writeFileSync(file, script);
  const args = [
    '-n',
    '-M',
    'prepared',
    '-c',
    `${clients}`,
    '-j',
    '2',
    '-T',
    `${seconds}`,
    '-f',
    file,
    connectionString,
  ];
  const { stdout } = await run('pgbench', args);
  rmSync(file);
  const number = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1] ?? Number.NaN);
  const latency = number(/latency average = ([\d.]+)/);
  const count = number(/transactions actually processed: (\d+)/);
  return { count, perSecond: number(/tps = ([\d.]+)/), p50: latency, p95: Number.NaN, p99: Number.NaN };
}

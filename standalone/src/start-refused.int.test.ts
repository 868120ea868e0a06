import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, startTestPostgres, waitFor } from '@claude-codex/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');

let home: string;
let data: string;
/** Where the database lies, as the first start said: for root that is outside of the data directory. */
let database = '';
const running = new Set<ChildProcess>();

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'claude-codex-test-refused-'));
  data = join(home, 'data');
});
afterAll(async () => {
  for (const server of running) server.kill('SIGKILL');
  for (const path of [home, database, `${database}.log`]) await rm(path, { recursive: true, force: true });
});

interface Started {
  server: ChildProcess;
  said: { out: string; err: string };
}

async function start(env: Record<string, string>): Promise<Started> {
  const server = spawn(process.execPath, [MAIN], {
    cwd: home,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      PORT: String(await freePort()),
      CODEX_DATA_DIR: data,
      CODEX_RUNTIME: 'process',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(server);
  server.once('exit', () => running.delete(server));
  const said = { out: '', err: '' };
  server.stdout?.on('data', (chunk: Buffer) => {
    said.out += chunk.toString();
  });
  server.stderr?.on('data', (chunk: Buffer) => {
    said.err += chunk.toString();
  });
  return { server, said };
}

/** What a start that must not work says on the error output. */
async function refusal(env: Record<string, string> = {}): Promise<string> {
  const { server, said } = await start(env);
  const [code] = await once(server, 'close');
  expect(code).toBe(1);
  return said.err;
}

describe('a start that is refused ends with one message and no stack', () => {
  it('for a setting', async () => {
    expect(await refusal({ PORT: 'http', CODEX_RUNTIME: 'none' })).toMatch(
      /^CODEX_RUNTIME is "none", but must be one of .+\.\nPORT is "http", but must be .+\.\nAll settings: \S+\n$/,
    );
  });

  it('for a data directory or log that cannot be written', async () => {
    const file = join(home, 'file');
    await writeFile(file, '');
    expect(await refusal({ CODEX_DATA_DIR: file })).toMatch(
      /^\S+file cannot be the data directory \(CODEX_DATA_DIR\): .+\n$/,
    );
    const other = join(home, 'other');
    await mkdir(join(other, 'server.log'), { recursive: true });
    expect(await refusal({ CODEX_DATA_DIR: other })).toMatch(
      /^The log cannot be written: \S+server\.log is a directory; .+\n$/,
    );
  });

  it('for a database that does not answer', async () => {
    const port = await freePort();
    expect(await refusal({ DATABASE_URL: `postgres://somebody:canary@127.0.0.1:${port}/codex` })).toBe(
      `The database cannot be reached (DATABASE_URL): nothing answers at 127.0.0.1:${port}; start it, or put its address right (ECONNREFUSED)\n`,
    );
  });

  it('for a login that may not do what it must', async () => {
    const postgres = await startTestPostgres();
    const admin = new pg.Client({ connectionString: postgres.connectionString });
    await admin.connect();
    await admin.query('create role visitor login');
    await admin.query('create database theirs');
    await admin.query('create database own owner visitor');
    await admin.end();
    const as = (name: string) => postgres.connectionString.replace('//postgres@', '//visitor@').replace(/[^/]+$/, name);
    try {
      expect(await refusal({ DATABASE_URL: as('theirs') })).toMatch(
        /^The login of DATABASE_URL must own the database and be allowed to make roles: permission denied .+\n$/,
      );
      expect(await refusal({ DATABASE_URL: as('own') })).toMatch(
        /^The login of DATABASE_URL may not act .+ grant codex_event_store, codex_gateway, codex_projector to "visitor"\n$/,
      );
    } finally {
      await postgres.stop();
    }
  });

  it('for a port in use, a wrong secret, and a data directory that was removed without its database', async () => {
    const port = await freePort();
    const first = await start({ PORT: String(port) });
    await waitFor('the first server to be ready', () => first.said.out.includes('is ready at') || null, {
      timeoutMs: 60_000,
    });
    database = /Postgres made in (\S+)/.exec(first.said.out)?.[1] ?? '';
    expect(await refusal()).toMatch(/^\S+ is in use by the server with process id \d+\. .+\n$/);
    first.server.kill('SIGTERM');
    await once(first.server, 'close');

    const neighbour = createServer().listen(port, '127.0.0.1');
    expect(await refusal({ PORT: String(port) })).toBe(
      `Port ${port} of 127.0.0.1 is in use by another program. Stop that one, or set PORT to another.\n`,
    );
    neighbour.close();

    const secrets = join(data, 'secrets');
    await cp(secrets, join(home, 'kept'), { recursive: true });
    await chmod(join(secrets, 'master.key'), 0o644);
    expect(await refusal()).toMatch(/^The master key can be read by every user .+ chmod 600 \S+master\.key\n$/);
    await chmod(join(secrets, 'master.key'), 0o600);
    await writeFile(join(secrets, 'master.key'), 'half');
    expect(await refusal()).toMatch(/^\S+master\.key holds no master key \(32 bytes in base64\)\. .+\n$/);
    await cp(join(home, 'kept'), secrets, { recursive: true });
    await writeFile(join(secrets, 'postgres-password'), 'guessed');
    expect(await refusal()).toMatch(/^The database in \S+ has another password than \S+postgres-password says\. .+\n$/);

    await rm(secrets, { recursive: true });
    expect(await refusal()).toMatch(
      /^The database in \S+ was made by an earlier server, and its password \(\S+\) is gone\. To begin anew, .+\n$/,
    );
    // Seven starts, one after the other.
  }, 180_000);
});

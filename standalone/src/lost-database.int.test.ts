import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

const TOKEN = 'a-set-up-token-for-the-tests';
let home: string;
let url: string;
let server: ChildProcess;
let database = '';
const said = { out: '', err: '' };

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'claude-codex-test-lost-'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  server = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    cwd: home,
    env: {
      PATH: process.env.PATH ?? '',
      HOME: home,
      PORT: String(port),
      CODEX_DATA_DIR: join(home, 'data'),
      CODEX_RUNTIME: 'process',
      CODEX_SETUP_TOKEN: TOKEN,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const [name, stream] of [['out', server.stdout] as const, ['err', server.stderr] as const]) {
    stream?.on('data', (chunk: Buffer) => {
      said[name] += chunk.toString();
    });
  }
  await waitFor('the server to be ready', async () => said.out.includes('is ready at'), { timeoutMs: 120_000 });
  database = /Postgres made in (\S+)/.exec(said.out)?.[1] ?? '';
});
afterAll(async () => {
  server.kill('SIGKILL');
  for (const path of [home, database, `${database}.log`]) await rm(path, { recursive: true, force: true });
});

/** postmaster.pid begins with the process id. */
const postmaster = () => Number(readFileSync(join(database, 'postmaster.pid'), 'utf8').split('\n')[0]);

it('starts its database again when that was killed, and takes commands as before', async () => {
  const killed = postmaster();
  process.kill(killed, 'SIGKILL');
  const answer = await waitFor(
    'an account to be made',
    async () => {
      const made = await fetch(`${url}/api/setup`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', origin: url },
        body: JSON.stringify({
          token: TOKEN,
          name: 'Ada',
          email: 'ada@example.org',
          password: 'correct horse battery',
          workspace: 'Engines',
        }),
      });
      return made.status < 500 ? made.status : null;
    },
    { timeoutMs: 60_000 },
  );
  expect(answer).toBeLessThan(300);
  expect(postmaster()).not.toBe(killed);
  expect(server.exitCode).toBeNull();
}, 90_000);

it('ends and says why when the database cannot be started again', async () => {
  const ended = once(server, 'close');
  // What a disk that lost a block looks like: the server can neither go on nor start.
  await rename(join(database, 'global', 'pg_control'), join(database, 'global', 'pg_control.gone'));
  process.kill(postmaster(), 'SIGKILL');
  expect((await ended)[0]).toBe(1);
  expect(said.err).toMatch(
    /^The database ended \(SIGKILL\) and does not start again: The database did not start; its log is \S+\.log Nothing that was acknowledged is lost\. .+\n$/,
  );
}, 120_000);

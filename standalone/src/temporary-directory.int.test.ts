import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@claude-codex/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';

const MAIN = join(import.meta.dirname, 'main.ts');
const ORDINARY = 65_534;
const isRoot = process.getuid?.() === 0;

let home: string;
let data: string;
let server: ChildProcess | null = null;
let printed = '';

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'claude-codex-test-temporary-'));
  // Too long for the sockets of agents: a link to it is wanted.
  data = join(home, 'a-place-with-a-rather-long-name-of-its-own', 'data');
  await mkdir(data, { recursive: true });
  printed = '';
});
afterEach(async () => {
  if (server !== null && server.exitCode === null) {
    server.kill('SIGTERM');
    await once(server, 'close');
  }
  const database = /Postgres made in (\S+)/.exec(printed)?.[1];
  const outside = database === undefined ? [] : [database, `${database}.log`];
  for (const path of [home, ...outside]) await rm(path, { recursive: true, force: true });
});

/** A directory for temporary files with this mode, whose owner is who started the test. */
async function temporary(mode: number): Promise<string> {
  const made = join(home, 'temporary');
  await mkdir(made);
  await chmod(made, mode);
  return made;
}

async function start(TMPDIR: string, uid: number | null): Promise<void> {
  if (uid !== null) for (const path of [home, data]) await chown(path, uid, uid);
  const asUser = uid === null ? [] : ['setpriv', `--reuid=${uid}`, `--regid=${uid}`, '--clear-groups'];
  const [program = '', ...args] = [...asUser, process.execPath, MAIN];
  const port = String(await freePort());
  const env = { PATH: process.env.PATH ?? '', HOME: home, PORT: port, CODEX_DATA_DIR: data, CODEX_RUNTIME: 'process' };
  const started = spawn(program, args, { cwd: home, env: { ...env, TMPDIR }, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [started.stdout, started.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
  }
  server = started;
}

async function refused(TMPDIR: string, uid: number | null): Promise<string> {
  await start(TMPDIR, uid);
  const [code] = await once(server as ChildProcess, 'close');
  expect(code).toBe(1);
  return printed.split('\n').filter((line) => line !== '' && !line.startsWith('  ✓'))[0] ?? '';
}

const NAMED =
  /^\S+data is too long a path for sockets, and no link to it can be made in \S+ \(TMPDIR\): .+ Set TMPDIR to .+$/;

it('a directory for temporary files that is not there is named at the start', async () => {
  expect(await refused(join(home, 'nowhere'), null)).toMatch(NAMED);
  expect(printed).not.toContain('    at ');
});

it.runIf(isRoot).each([
  ['that belongs to somebody else alone', 0o700],
  ['that cannot be written', 0o555],
])('a directory for temporary files %s is named at the start', async (_, mode) => {
  expect(await refused(await temporary(mode), ORDINARY)).toMatch(NAMED);
});

it('a private directory for temporary files does not keep the database from being made', async () => {
  await start(await temporary(0o700), null);
  await waitFor('the server to be ready', () => printed.includes('is ready at') || null, { timeoutMs: 60_000 });
});

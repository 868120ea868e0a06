import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, waitFor } from '@claude-codex/testing';
import { afterAll, expect, it } from 'vitest';

const home = mkdtempSync(join(tmpdir(), 'claude-codex-test-over-'));
const data = join(home, 'data');
const remove = (path: string) => rmSync(path, { recursive: true, force: true });
afterAll(() => remove(home));

/** What a start says until it is ready; it is ended again. */
async function start(): Promise<string> {
  const env = { PATH: process.env.PATH ?? '', HOME: home, PORT: String(await freePort()), CODEX_DATA_DIR: data };
  const server = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    cwd: home,
    env: { ...env, CODEX_RUNTIME: 'process' },
  });
  let said = '';
  server.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = once(server, 'exit');
  await waitFor('the server to be ready', () => said.includes('is ready at') || null, { timeoutMs: 60_000 });
  server.kill('SIGTERM');
  await ended;
  return said;
}

// As root the database cannot lie in the data directory.
it('what a start names for starting over is all there is: without it the next start is a first one', async () => {
  const first = await start();
  const database = /Postgres made in (\S+)/.exec(first)?.[1] ?? '';
  const named = / Data .+\(to start over, remove (.+)\)\n/.exec(first)?.[1] ?? '';
  const places = named.split(/, | and /);
  expect(places).toContain(data);
  for (const path of places) expect(existsSync(path), path).toBe(true);
  for (const path of places) remove(path);
  const left = [database, `${database}.log`].filter((path) => existsSync(path));
  for (const path of left) remove(path);
  expect(left).toEqual([]);
  expect(await start()).toContain('Postgres made in');
  for (const path of places) remove(path);
});

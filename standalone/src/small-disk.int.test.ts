import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@claude-codex/testing';
import { afterAll, describe, expect, it } from 'vitest';

/** The rest of the words runs as a command that sees a small disk at $1 and at $2. */
const SMALL =
  'mount -t tmpfs -o size=$0,mode=755 none "$1" && mount -t tmpfs -o size=$2,mode=755 none "$3" && shift 3 && exec "$@"';
const home = mkdtempSync(join(tmpdir(), 'claude-codex-test-disk-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

const onSmallDisks = (data: string, database: string, ...command: string[]) => [
  '-m',
  'sh',
  '-c',
  SMALL,
  data,
  home,
  database,
  '/var/lib',
  ...command,
];
const canMount = spawnSync('unshare', onSmallDisks('1m', '1m', 'true')).status === 0;

// As root the database lies in /var/lib/claude-codex.
describe.runIf(canMount)('a start on a disk that is too small says so in one line', () => {
  it.each([
    ['4k', '1g'],
    ['60m', '1g'],
    ['1g', '4k'],
    ['1g', '8m'],
    ['1g', '24m'],
  ])('%s for its data, %s for its database', async (data, database) => {
    const args = onSmallDisks(data, database, process.execPath, join(import.meta.dirname, 'main.ts'));
    const { status, stderr } = spawnSync('unshare', args, {
      cwd: '/',
      env: {
        PATH: process.env.PATH ?? '',
        PORT: String(await freePort()),
        CODEX_DATA_DIR: join(home, 'data'),
        CODEX_RUNTIME: 'process',
      },
      encoding: 'utf8',
      timeout: 90_000,
    });
    expect(status, stderr).toBe(1);
    expect(stderr).toMatch(/^.*(disk is full|disk of the database is full).*make room there.*\n$/);
    expect(stderr).not.toContain('    at ');
  });
});

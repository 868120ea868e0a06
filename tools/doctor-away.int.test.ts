import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '@claude-codex/testing';
import { expect, it } from 'vitest';

/** As `npm run doctor` runs it, with these settings alone. */
function doctor(env: Record<string, string>) {
  const args = [join(import.meta.dirname, 'doctor.ts')];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  return { status, stdout, stderr };
}

it('a database that is away is said in one sentence, with its setting', { timeout: 60_000 }, async () => {
  const DATABASE_URL = `postgres://codex:canary@127.0.0.1:${await freePort()}/codex`;
  const { status, stdout, stderr } = doctor({ DATABASE_URL });
  expect([status, stdout]).toEqual([2, '']);
  expect(stderr).toMatch(/^The database codex on 127\.0\.0\.1 cannot be reached \(DATABASE_URL\): .+\n$/);
  expect(stderr).not.toContain('canary');
});

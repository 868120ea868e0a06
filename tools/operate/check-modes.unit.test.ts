import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkModes } from './check-modes.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-modes-'));
  writeFileSync(join(root, 'server.log'), 'x');
  chmodSync(join(root, 'server.log'), 0o644);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('finds a data directory that others can read, and what lies open behind a door they can pass', async () => {
  chmodSync(root, 0o755);
  expect(await checkModes(root)).toMatchObject({ ok: false, detail: expect.stringContaining(root) });
  chmodSync(root, 0o711);
  expect(await checkModes(root)).toMatchObject({ ok: false, detail: expect.stringContaining('server.log') });
  chmodSync(join(root, 'server.log'), 0o600);
  expect(await checkModes(root)).toMatchObject({ ok: true });
});

it('minds nothing behind a closed door, and says when there is none', async () => {
  chmodSync(root, 0o700);
  expect(await checkModes(root)).toMatchObject({ ok: true });
  expect(await checkModes(join(root, 'nowhere'))).toMatchObject({ ok: null });
});

import { chmodSync, chownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDataDir } from './data-dir.ts';

let root: string;
beforeEach(() => {
  root = join(mkdtempSync(join(tmpdir(), 'codex-data-')), 'data');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

describe('the data directory is closed to everybody else', () => {
  it.each([0o000, 0o022, 0o077])('made with the umask %o', async (umask) => {
    const before = process.umask(umask);
    try {
      await openDataDir(root);
    } finally {
      process.umask(before);
    }
    expect([modeOf(root), modeOf(join(root, 'secrets')), modeOf(join(root, 'server.pid'))]).toEqual([
      0o700, 0o700, 0o600,
    ]);
  });

  it('also one that an earlier release left open, with all that lies in it', async () => {
    for (const name of ['mirrors', 'instances', 'sockets', 'blobs', 'secrets']) {
      mkdirSync(join(root, name), { recursive: true });
      chmodSync(join(root, name), 0o755);
    }
    writeFileSync(join(root, 'server.log'), 'x', { mode: 0o644 });
    chmodSync(root, 0o755);
    await openDataDir(root);
    expect(modeOf(root)).toBe(0o700);
    for (const name of readdirSync(root)) expect(modeOf(join(root, name)) & 0o077, name).toBe(0);
  });

  it.runIf(process.getuid?.() === 0)(
    'but lets a database inside, which runs as its own user, pass through',
    async () => {
      mkdirSync(join(root, 'postgres'), { recursive: true });
      writeFileSync(join(root, 'postgres', 'PG_VERSION'), '18');
      chownSync(join(root, 'postgres', 'PG_VERSION'), 65_534, 65_534);
      writeFileSync(join(root, 'server.log'), 'x', { mode: 0o644 });
      await openDataDir(root);
      expect([modeOf(root), modeOf(join(root, 'server.log'))]).toEqual([0o711, 0o600]);
    },
  );
});

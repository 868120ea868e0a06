import { chmodSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { giveTo } from './give-to.ts';

const asRoot = process.getuid?.() === 0;
// Only root gives files away; others may give them to themselves, which walks the same way.
const owner = asRoot ? { uid: 65_534, gid: 65_534 } : { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-give-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('gives every file whatever bytes its name has, and nothing a link points to', async () => {
  const kept = join(root, 'kept');
  const given = join(root, 'given');
  mkdirSync(join(given, 'deep'), { recursive: true });
  writeFileSync(kept, '');
  chmodSync(kept, 0o600);
  symlinkSync(kept, join(given, 'link'));
  const odd = [Buffer.from([0x63, 0xe9]), Buffer.from([0xff, 0xfe]), Buffer.from('line\nbreak'), Buffer.from('-dash')];
  const paths = odd.map((name) => Buffer.concat([Buffer.from(join(given, 'deep/')), name]));
  for (const path of paths) writeFileSync(path, '');
  await giveTo(given, owner);
  for (const path of [given, join(given, 'deep'), join(given, 'link'), ...paths]) {
    expect(lstatSync(path)).toMatchObject(owner);
  }
  expect(lstatSync(kept).uid).toBe(process.getuid?.());
});

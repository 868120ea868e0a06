import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { shortPath } from './short-path.ts';

let root: string;
const links: string[] = [];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-short-'));
});
afterEach(() => {
  for (const path of [root, ...links.splice(0).map(dirname)]) rmSync(path, { recursive: true, force: true });
});

it('leaves a short directory as it is', async () => {
  expect(await shortPath(root)).toBe(root);
});

it('gives a long one a short name that stays the same, also after the temporary directory was emptied', async () => {
  const long = join(root, 'x'.repeat(60));
  mkdirSync(long);
  const short = await shortPath(long);
  links.push(short);
  expect(short.length).toBeLessThanOrEqual(50);
  writeFileSync(join(short, 'file'), 'there');
  expect(readFileSync(join(long, 'file'), 'utf8')).toBe('there');
  expect(await shortPath(long)).toBe(short);
  rmSync(dirname(short), { recursive: true });
  expect(await shortPath(long)).toBe(short);
});

it('does not use a link that is not ours', async () => {
  const long = join(root, 'x'.repeat(60));
  mkdirSync(long);
  writeFileSync(join(long, 'short-path'), '/tmp/somewhere-else/d\n');
  mkdirSync('/tmp/somewhere-else', { recursive: true });
  links.push('/tmp/somewhere-else/d');
  const short = await shortPath(long);
  links.push(short);
  expect(short).not.toBe('/tmp/somewhere-else/d');
});

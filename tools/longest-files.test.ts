import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { longestFiles } from './lib/longest-files.mjs';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-lengths-'));
  execFileSync('git', ['init', '--quiet'], { cwd: root });
  writeFileSync(join(root, 'long.ts'), '\n'.repeat(11));
  writeFileSync(join(root, 'short.ts'), '\n'.repeat(10));
});
afterEach(() => rmSync(root, { recursive: true }));

it('names a file over the limit', () => {
  expect(longestFiles(root, { most: 10 })).toBe('long.ts: 11 lines; split it, 10 is the most');
});

it('lets one be that was long before, until it is short enough', () => {
  expect(longestFiles(root, { most: 10, known: ['long.ts'] })).toBeNull();
  expect(longestFiles(root, { most: 10, known: ['long.ts', 'short.ts'] })).toMatch(/^short\.ts: short enough now/);
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { gitIn } from './lib/git-in.mjs';
import { longestFiles } from './lib/longest-files.mjs';

const around = mkdtempSync(join(tmpdir(), 'codex-git-in-'));
const inside = join(around, 'no-clone');
mkdirSync(inside);
execFileSync('git', ['init', '-q', around]);
afterAll(() => rmSync(around, { recursive: true, force: true }));

it('a directory that is no repository is not taken for the one around it', () => {
  expect(() => gitIn(inside, ['ls-files'])).toThrow('not a git repository');
  expect(() => longestFiles(inside, { most: 300 })).toThrow('not a git repository');
  expect(gitIn(around, ['ls-files'])).toBe('');
});

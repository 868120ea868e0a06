import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HTTP_STATUS } from '@claude-codex/contracts/errors';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
/** Where codes are named for everybody, not where one of them is the answer. */
const LISTS = ['libs/contracts/src/errors.ts', 'services/gateway/src/commands/problems.ts'];

it('every error code of the reference is somebody’s answer', () => {
  const listed = execFileSync('git', ['ls-files', '-z', 'libs', 'services', 'worker', 'standalone'], { cwd: root });
  const product = String(listed)
    .split('\0')
    .filter((path) => path.endsWith('.ts') && !/\.(test|fixture|contract)\.ts$/.test(path) && !LISTS.includes(path))
    .map((path) => readFileSync(join(root, path), 'utf8'))
    .join('\n');
  const codes = Object.keys(HTTP_STATUS);
  expect(codes.length).toBeGreaterThan(50);
  expect(codes.filter((code) => !product.includes(`${code}`))).toEqual([]);
});

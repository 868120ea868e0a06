import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { putFiles } from './backup/put-files.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'claude-codex-paths-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** A backup is a file from outside: whoever made it may have written any path into it. */
it.each([
  '../beside',
  'blobs/../../beside',
  'blobs/../secrets/master.key',
  '/etc/passwd',
  'secrets/master.key',
  'processes/agent-1/stdin',
  'instances/i1/home/.bashrc',
  'instances/i1/../../secrets/master.key',
  'blobs//x',
  'blobs/a\0b',
])('a backup cannot put a file at %j', async (path) => {
  const files = await putFiles(root);
  const entry = { path, isDirectory: false, mode: 0o600, body: [Buffer.from('planted')] };
  await expect(files.put(path, entry as never)).rejects.toThrow('has no place in a data directory');
  await files.undo();
  expect(readdirSync(root)).toEqual([]);
});

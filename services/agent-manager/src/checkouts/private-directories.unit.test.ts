import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDirectories } from './directories.ts';
import { MODES, makePrivate } from './private-directories.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'codex-private-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const modeOf = (path: string) => statSync(path).mode & 0o777;

it('closes what an earlier release left open, and follows no link out of a checkout', async () => {
  const directories = createDirectories(root);
  const outside = join(root, 'outside');
  mkdirSync(outside, { mode: 0o755 });
  chmodSync(outside, 0o755);
  const instance = join(directories.instances, 'i');
  for (const name of ['instances/i/checkout', 'instances/i/home', 'sockets/i-1', 'objects/r.git', 'processes/p']) {
    mkdirSync(join(root, name), { recursive: true });
    chmodSync(join(root, name), 0o777);
  }
  symlinkSync(outside, join(instance, 'link'));
  chmodSync(instance, 0o711);
  chmodSync(root, 0o755);
  await makePrivate(directories, MODES.own);
  const closed = [
    directories.instances,
    directories.sockets,
    directories.repositories,
    directories.temporary,
    instance,
  ];
  for (const path of [...closed, join(instance, 'checkout'), join(instance, 'home'), join(root, 'sockets', 'i-1')]) {
    expect(modeOf(path), path).toBe(0o700);
  }
  expect(modeOf(root) & 0o066).toBe(0);
  expect(modeOf(outside)).toBe(0o755);
});

it('opens the way, and nothing else, for a user who has to pass', async () => {
  const directories = createDirectories(root);
  mkdirSync(join(directories.instances, 'i', 'checkout'), { recursive: true });
  await makePrivate(directories, MODES.passage);
  expect([root, directories.instances, join(directories.instances, 'i'), directories.sockets].map(modeOf)).toEqual([
    0o711, 0o711, 0o711, 0o711,
  ]);
  expect([directories.repositories, join(directories.instances, 'i', 'checkout')].map(modeOf)).toEqual([0o700, 0o700]);
});

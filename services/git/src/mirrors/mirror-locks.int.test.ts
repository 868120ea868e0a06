import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { newId } from '@claude-codex/service-kit/ids';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDirectories } from '../directories.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from './git-fixture.ts';
import { createMirrors } from './mirrors.ts';

let root: string;
let source: string;
beforeEach(() => {
  root = temporaryDirectory();
  source = join(root, 'source');
  createRepository(source, { 'a.txt': 'one\n' });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function mirrored() {
  const directories = createDirectories(join(root, 'data'));
  const mirrors = createMirrors(directories, localSources(directories));
  const repositoryId = newId();
  const refresh = () => mirrors.refresh(repositoryId, { kind: 'path', path: source });
  await refresh();
  return { refresh, mirror: mirrors.gitDir(repositoryId) };
}

/** As a git that was killed leaves it. */
function leave(lock: string): string {
  mkdirSync(dirname(lock), { recursive: true });
  writeFileSync(lock, '');
  return lock;
}

it.each(['refs/remotes/source/main.lock', 'packed-refs.lock', 'refs/remotes/source/gone.lock'])(
  'a mirror heals from the %s of a git that was killed',
  async (name) => {
    const { refresh, mirror } = await mirrored();
    git(source, 'branch', 'gone');
    await refresh();
    git(source, 'branch', '-D', 'gone');
    const head = commitFiles(source, { 'a.txt': 'two\n' }, 'Second');
    leave(join(mirror, name));
    expect(await refresh()).toMatchObject({ headSha: head, branches: ['main'] });
  },
);

it('leaves the lock alone while a git of ours is at work in the mirror, and goes on when that has ended', async () => {
  const { refresh, mirror } = await mirrored();
  const lock = leave(join(mirror, 'refs/remotes/source/main.lock'));
  const head = commitFiles(source, { 'a.txt': 'two\n' }, 'Second');
  const other = spawn('flock', ['--shared', join(mirror, 'codex-in-use'), 'sh', '-c', 'echo ready; read end'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  await once(other.stdout, 'data');
  await expect(refresh()).rejects.toMatchObject({ name: 'MirrorBusy', message: expect.stringContaining('main.lock') });
  expect(existsSync(lock)).toBe(true);
  other.stdin.end('\n');
  await once(other, 'close');
  expect(await refresh()).toMatchObject({ headSha: head });
});

it('never removes a lock of the source', async () => {
  const { refresh } = await mirrored();
  const lock = leave(join(source, '.git/refs/heads/main.lock'));
  const head = git(source, 'commit-tree', 'HEAD^{tree}', '-p', 'HEAD', '-m', 'Second');
  writeFileSync(join(source, '.git/refs/heads/main'), `${head}\n`);
  expect(await refresh()).toMatchObject({ headSha: head });
  expect(existsSync(lock)).toBe(true);
});

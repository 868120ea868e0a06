import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { commitWork } from './commit.ts';
import { createGit, type Git } from './git.ts';

let folder: string;
let checkout: string;
let git: Git;
let baseSha: string;
const identity = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x' };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'codex-commit-'));
  checkout = join(folder, 'checkout');
  await mkdir(checkout);
  git = createGit(checkout, { PATH: process.env.PATH ?? '', HOME: folder, ...identity });
  execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: checkout });
  await writeFile(join(checkout, 'a.txt'), 'a\n');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'base');
  baseSha = await git('rev-parse', 'HEAD');
  await git('checkout', '--quiet', '-b', 'work');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const commit = () => commitWork(git, 'work', baseSha, 'wip');

test('commits new, changed and removed files, and nothing when there is nothing', async () => {
  expect(await commit()).toEqual({ sha: baseSha, commits: 0, problem: null });
  await rm(join(checkout, 'a.txt'));
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  const head = await commit();
  expect(head).toMatchObject({ commits: 1, problem: null });
  expect(await git('show', '--name-status', '--format=', head.sha)).toBe('D\ta.txt\nA\tb.txt');
  expect(await commit()).toEqual(head);
});

test('runs no hook, no signer and no file system monitor of the repository', async () => {
  const marker = join(folder, 'ran');
  await writeFile(join(checkout, '.git/hooks/pre-commit'), `#!/bin/sh\ntouch ${marker}\nexit 1\n`, { mode: 0o755 });
  await git('config', 'core.fsmonitor', `touch ${marker}`);
  await git('config', 'commit.gpgSign', 'true');
  await git('config', 'gpg.program', `touch ${marker}`);
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  expect(await commit()).toMatchObject({ commits: 1 });
  expect(() => execFileSync('ls', [marker], { stdio: 'pipe' })).toThrow();
});

test('takes files of the checkout only, whatever the configuration says', async () => {
  await writeFile(join(folder, 'outside.txt'), 'private\n');
  await git('config', 'core.worktree', folder);
  await symlink(join(folder, 'outside.txt'), join(checkout, 'link'));
  const head = await commit();
  expect(await git('ls-tree', '-r', '--name-only', head.sha)).toBe('a.txt\nlink');
  expect(await git('cat-file', 'blob', `${head.sha}:link`)).toBe(join(folder, 'outside.txt'));
});

test('brings work back that was committed on another branch, and tells when it cannot', async () => {
  await git('checkout', '--quiet', '-b', 'elsewhere');
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  const head = await commit();
  expect(head).toMatchObject({ commits: 1, problem: null });
  expect(await git('rev-parse', 'work')).toBe(head.sha);

  await git('checkout', '--quiet', '-B', 'elsewhere', baseSha);
  await writeFile(join(checkout, 'c.txt'), 'c\n');
  expect(await commit()).toMatchObject({ sha: head.sha, commits: 1, problem: expect.stringContaining('not ahead') });
});

test('waits for the agent’s own git, and takes away a lock that was left behind', async () => {
  const lock = join(checkout, '.git/index.lock');
  await writeFile(lock, '');
  await writeFile(join(checkout, 'b.txt'), 'b\n');
  setTimeout(() => void rm(lock), 400);
  expect(await commit()).toMatchObject({ commits: 1 });
  await writeFile(lock, '');
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(lock, longAgo, longAgo);
  await writeFile(join(checkout, 'c.txt'), 'c\n');
  expect(await commit()).toMatchObject({ commits: 2 });
});

test('works in a linked worktree', async () => {
  const linked = join(folder, 'linked');
  await git('worktree', 'add', '--quiet', '-b', 'linked', linked);
  await writeFile(join(linked, 'b.txt'), 'b\n');
  const there = createGit(linked, { PATH: process.env.PATH ?? '', HOME: folder, ...identity });
  expect(await commitWork(there, 'linked', baseSha, 'wip')).toMatchObject({ commits: 1, problem: null });
  expect(await git('status', '--porcelain')).toBe('');
});

import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_HELD, type PackRequest } from '@claude-codex/contracts';
import { commitFiles, createRepository, git, temporaryDirectory } from '@claude-codex/git/mirrors/git-fixture';
import { newId } from '@claude-codex/service-kit/ids';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createDirectories } from './directories.ts';
import { gitHere } from './git-here.fixture.ts';
import { createHostObjects } from './host-objects.ts';

const repositoryId = newId();
let root: string;
let source: string;
beforeEach(() => {
  root = temporaryDirectory();
  source = join(root, 'source');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function house(path = source) {
  const directories = createDirectories(join(root, 'data'));
  const here = await gitHere(root, directories);
  const asked: PackRequest[] = [];
  const counting = {
    pack: async (request: PackRequest) => {
      asked.push(request);
      return here.git.pack(request);
    },
  };
  const refresh = () => here.mirrors.refresh(repositoryId, { kind: 'path', path });
  await refresh();
  const objects = createHostObjects(directories, counting, here.blobs);
  return { ...here, objects, asked, refresh, directories };
}

it('asks for what it lacks only, and once for all who want the same at the same time', async () => {
  const first = createRepository(source, { 'a.txt': 'one\n' });
  const { objects, asked, refresh, directories } = await house();
  const gitDirs = await Promise.all([1, 2, 3].map(() => objects.withCommits(repositoryId, [first])));
  expect(new Set(gitDirs)).toEqual(new Set([directories.objects(repositoryId)]));
  const second = commitFiles(source, { 'b.txt': 'two\n' }, 'Second');
  await refresh();
  await objects.withCommits(repositoryId, [first, second]);
  expect(asked.map(({ want, have }) => ({ want, have }))).toEqual([
    { want: [first], have: [] },
    { want: [second], have: [first] },
  ]);
  const gitDir = directories.objects(repositoryId);
  expect(git(gitDir, 'show', `${second}:b.txt`)).toBe('two');
  expect(git(gitDir, 'fsck', '--full', '--strict')).toBe('');
  expect(readdirSync(directories.temporary)).toEqual([]);
});

it('is made anew when it was lost, and says what is lacking everywhere', async () => {
  const sha = createRepository(source, { 'a.txt': 'one\n' });
  const { objects, directories } = await house();
  await objects.withCommits(repositoryId, [sha]);
  await objects.remove(repositoryId);
  expect(existsSync(directories.objects(repositoryId))).toBe(false);
  expect(git(await objects.withCommits(repositoryId, [sha]), 'rev-parse', `${sha}^{tree}`)).toHaveLength(40);
  const unknown = 'a'.repeat(40);
  await expect(objects.withCommits(repositoryId, [unknown])).rejects.toMatchObject({ code: 'COMMIT_MISSING' });
});

it('holds a clone cut short as it is', async () => {
  createRepository(source, { 'a.txt': 'one\n' });
  commitFiles(source, { 'a.txt': 'two\n' }, 'Second');
  git(root, 'clone', '--quiet', '--depth=1', `file://${source}`, 'short');
  const { objects } = await house(join(root, 'short'));
  const head = git(join(root, 'short'), 'rev-parse', 'HEAD');
  const gitDir = await objects.withCommits(repositoryId, [head]);
  expect(git(gitDir, 'rev-list', '--count', head)).toBe('1');
  expect(git(gitDir, 'fsck', '--full')).toBe('');
});

it('keeps its size: old commits are let go, and many packs become one', { timeout: 300_000 }, async () => {
  createRepository(source, { 'a.txt': '0\n' });
  const { objects, refresh, directories, asked } = await house();
  const shas: string[] = [];
  // Commits in bulk, asked for one by one as hand-overs are.
  for (let number = 1; number <= 45; number += 1)
    shas.push(commitFiles(source, { 'a.txt': `${number}\n` }, `${number}`));
  await refresh();
  for (const sha of shas) await objects.withCommits(repositoryId, [sha]);
  const gitDir = directories.objects(repositoryId);
  const packs = readdirSync(join(gitDir, 'objects/pack')).filter((name) => name.endsWith('.pack'));
  expect(packs.length).toBeLessThan(41);
  expect(Math.max(...asked.map(({ have }) => have.length))).toBeLessThanOrEqual(MAX_HELD);
  for (const sha of shas) expect(git(gitDir, 'cat-file', '-t', sha)).toBe('commit');
});

import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDirectories } from '../directories.ts';
import { commitFiles, createRepository, git, localSources, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { probeRepository } from './probe.ts';
import { suggestFrom } from './suggest-check.ts';

let root: string;
beforeEach(() => {
  root = temporaryDirectory();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function probe(path: string) {
  const directories = createDirectories(join(root, 'data'));
  const settings = localSources(directories, join(root, 'sample.git'));
  return probeRepository({ kind: 'path', path }, settings, directories);
}

describe('probing a repository', () => {
  it('finds branches and how it is checked, and leaves nothing behind', async () => {
    const path = join(root, 'project');
    createRepository(path, { 'package.json': JSON.stringify({ scripts: { test: 'node --test' } }) });
    git(path, 'branch', 'next');
    commitFiles(path, { 'a.txt': 'a' }, 'Second');
    expect(await probe(path)).toEqual({
      ok: true,
      code: '',
      detail: '',
      defaultBranch: 'main',
      branches: ['main', 'next'],
      checkCommandSuggestion: 'npm test',
    });
    expect(readdirSync(join(root, 'data', 'git', 'tmp'))).toEqual([]);
    git(root, 'clone', '--quiet', '--bare', path, join(root, 'sample.git'));
    expect(await probe(join(root, 'sample.git'))).toMatchObject({ ok: true, checkCommandSuggestion: 'npm test' });
  });

  it('reads nothing of a large file', async () => {
    const path = join(root, 'project');
    createRepository(path, { Makefile: 'test:\n\ttrue\n', large: randomBytes(300_000).toString('base64') });
    const blob = git(path, 'rev-parse', 'HEAD:large');
    const file = join(path, '.git/objects', blob.slice(0, 2), blob.slice(2));
    chmodSync(file, 0o600);
    truncateSync(file, 1_000);
    expect(await probe(path)).toMatchObject({ ok: true, checkCommandSuggestion: 'make test' });
  });

  it('takes a linked worktree for what it is', async () => {
    const path = join(root, 'project');
    createRepository(path, { Makefile: 'test:\n\ttrue\n' });
    git(path, 'worktree', 'add', '--quiet', join(root, 'tree'), '-b', 'side');
    expect(await probe(join(root, 'tree'))).toMatchObject({
      ok: true,
      branches: ['main', 'side'],
      checkCommandSuggestion: 'make test',
    });
  });

  it('says why not', async () => {
    expect(await probe('relative')).toMatchObject({ ok: false, code: 'INVALID_PATH' });
    expect(await probe(join(root, 'nowhere'))).toMatchObject({ ok: false, code: 'PATH_NOT_FOUND' });
    expect(await probe(root)).toMatchObject({
      ok: false,
      code: 'NOT_A_REPOSITORY',
      detail: expect.stringContaining(`There is no git repository at ${root}.`),
    });
    const empty = join(root, 'empty');
    mkdirSync(empty);
    git(empty, 'init', '--quiet');
    expect(await probe(empty)).toMatchObject({ ok: false, code: 'REPOSITORY_EMPTY' });
  });
});

describe('suggestFrom', () => {
  const none = { packageJson: '', makefile: '' };
  it.each([
    [['package.json', 'pnpm-lock.yaml'], { packageJson: '{"scripts":{"test":"x"}}', makefile: '' }, 'pnpm test'],
    [
      ['package.json'],
      { packageJson: '{"scripts":{"test":"echo \\"Error: no test specified\\" && exit 1"}}', makefile: '' },
      null,
    ],
    [['package.json', 'Makefile'], { packageJson: '{broken', makefile: 'all:\ntest: all\n' }, 'make test'],
    [['pyproject.toml'], none, 'pytest'],
    [['Cargo.toml'], none, 'cargo test'],
    [['go.mod'], none, 'go test ./...'],
    [['README.md'], none, null],
  ])('%j gives a command', (names, files, expected) => {
    expect(suggestFrom(new Set(names), files)).toBe(expected);
  });
});

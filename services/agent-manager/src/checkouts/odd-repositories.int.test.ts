import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  commitFiles,
  createRepository,
  git,
  gitWithInput,
  temporaryDirectory,
} from '@claude-codex/git/mirrors/git-fixture';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { journey, WORK } from './journey.fixture.ts';

let root: string;
beforeEach(() => {
  root = temporaryDirectory();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

/** Each makes an odd repository and says where it is, and on which branch the work has to arrive. */
const ODD: Record<string, () => { path: string; branch?: string; base?: string }> = {
  'a clone cut short by --depth 1': () => {
    const whole = join(root, 'whole');
    createRepository(whole, { 'a.txt': 'one\n' });
    commitFiles(whole, { 'a.txt': 'two\n' }, 'Second');
    git(root, 'clone', '--quiet', '--depth=1', `file://${whole}`, 'short');
    return { path: join(root, 'short') };
  },
  'a single branch whose name is not ASCII': () => {
    const path = plain();
    git(path, 'branch', '--move', 'main', 'основная');
    return { path, branch: 'основная' };
  },
  'HEAD on fix/#12-login beside main': () => {
    const path = plain();
    git(path, 'checkout', '--quiet', '-b', 'fix/#12-login');
    return { path, branch: 'fix/#12-login' };
  },
  'SHA-256': () => {
    const path = join(root, 'sha256');
    mkdirSync(path);
    git(path, 'init', '--quiet', '--object-format=sha256', '--initial-branch=main');
    commitFiles(path, { 'a.txt': 'one\n' }, 'First');
    return { path };
  },
  'quotes, backslashes and a line break in the path': () => {
    const path = join(root, 'he said "no"\\\n twice; $(touch x) `x` \'');
    createRepository(path, { 'a.txt': 'one\n' });
    return { path };
  },
  'an author without an address and one with an odd date': () => {
    const path = plain();
    const tree = git(path, 'rev-parse', 'HEAD^{tree}');
    const parent = git(path, 'rev-parse', 'HEAD');
    const old = literally(
      path,
      'commit',
      `tree ${tree}\nparent ${parent}\nauthor Ada 1 +0000\ncommitter Ada <a@b> 1 +0000\n\nOld\n`,
    );
    const dated = `tree ${tree}\nparent ${old}\nauthor Ada <a@b> 0012 +051800\ncommitter Ada <a@b> 1 +0000\n\nDated\n`;
    git(path, 'update-ref', 'refs/heads/main', literally(path, 'commit', dated));
    return { path };
  },
  'objects borrowed from another repository': () => {
    const lender = plain('lender');
    git(root, 'clone', '--quiet', '--shared', lender, 'borrower');
    return { path: join(root, 'borrower') };
  },
  'a linked worktree': () => {
    const path = plain();
    git(path, 'worktree', 'add', '--quiet', join(root, 'tree'), '-b', 'side');
    return { path: join(root, 'tree'), branch: 'side' };
  },
  'a bare repository with hooks': () => {
    git(root, 'clone', '--quiet', '--bare', plain(), 'bare.git');
    const path = join(root, 'bare.git');
    mkdirSync(join(path, 'hooks'), { recursive: true });
    writeFileSync(join(path, 'hooks/pre-receive'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    return { path };
  },
  'a detached HEAD on the tip of a branch': () => {
    const path = plain();
    git(path, 'checkout', '--quiet', '-b', 'next');
    commitFiles(path, { 'b.txt': 'b\n' }, 'Next');
    git(path, 'checkout', '--quiet', '--detach');
    return { path, branch: 'next' };
  },
  'a HEAD on a branch that has no commit': () => {
    const path = plain();
    git(path, 'branch', 'develop');
    git(path, 'symbolic-ref', 'HEAD', 'refs/heads/unborn');
    git(path, 'branch', '-D', 'main');
    return { path, branch: 'develop' };
  },
  'a tag with the name of its branch': () => {
    const path = plain();
    git(path, 'tag', 'main');
    commitFiles(path, { 'b.txt': 'b\n' }, 'After the tag');
    return { path };
  },
  'branches whose names are no names beside good ones': () => {
    const path = plain();
    const head = git(path, 'rev-parse', 'HEAD');
    git(path, 'update-ref', 'refs/heads/-dash', head);
    git(path, 'update-ref', 'refs/heads/HEAD', head);
    writeFileSync(Buffer.concat([Buffer.from(join(path, '.git/refs/heads/caf')), Buffer.from([0xe9])]), `${head}\n`);
    return { path };
  },
  'grafts and replaced objects': () => {
    const path = plain();
    const first = git(path, 'rev-parse', 'HEAD');
    const second = commitFiles(path, { 'a.txt': 'two\n' }, 'Second');
    git(path, 'replace', second, first);
    mkdirSync(join(path, '.git/info'), { recursive: true });
    writeFileSync(join(path, '.git/info/grafts'), `${second}\n`);
    // What a person sees in their directory is what replaced it; what it is can only be brought where no files are.
    git(root, 'clone', '--quiet', '--mirror', path, 'replaced.git');
    return { path: join(root, 'replaced.git') };
  },
  'a submodule': () => {
    const path = plain();
    const inner = plain('inner');
    git(path, 'submodule', '--quiet', 'add', inner, 'inner');
    git(path, 'commit', '--quiet', '-m', 'With a submodule');
    return { path };
  },
  'being a submodule of another one': () => {
    const outer = plain('outer');
    git(outer, 'submodule', '--quiet', 'add', plain('inner'), 'inner');
    return { path: join(outer, 'inner') };
  },
  'its git directory somewhere else': () => {
    const path = plain();
    git(path, 'init', '--quiet', `--separate-git-dir=${join(root, 'elsewhere.git')}`);
    return { path };
  },
  'a link on the way to it': () => {
    symlinkSync(plain(), join(root, 'link'));
    return { path: join(root, 'link') };
  },
  'packed branches and files that convert their line ends': () => {
    const path = plain();
    git(path, 'config', 'core.autocrlf', 'true');
    commitFiles(path, { 'windows.txt': 'a\r\nb\r\n' }, 'Line ends');
    git(path, 'pack-refs', '--all');
    return { path };
  },
  'a sparse checkout': () => {
    const path = plain();
    commitFiles(path, { 'in/a.txt': 'a\n', 'out/b.txt': 'b\n' }, 'Folders');
    git(path, 'sparse-checkout', 'set', '--cone', 'in');
    return { path };
  },
  'two thousand branches': () => {
    const path = plain();
    const head = git(path, 'rev-parse', 'HEAD');
    const commands = Array.from({ length: 2_000 }, (_, at) => `create refs/heads/many/${at} ${head}\n`).join('');
    gitWithInput(path, commands, 'update-ref', '--stdin');
    git(path, 'pack-refs', '--all');
    return { path };
  },
};

it.each(Object.keys(ODD))('from connected to merged: %s', { timeout: 60_000 }, async (kind) => {
  const { path, branch = 'main' } = ODD[kind]?.() ?? { path: '' };
  const before = git(path, 'rev-parse', `refs/heads/${branch}`);
  const { probe, checkout, changed, merged } = await journey(root, path);
  expect(probe.defaultBranch).toBe(branch);
  expect(changed).toEqual([WORK]);
  expect(existsSync(join(checkout, WORK))).toBe(true);
  expect(merged).toMatchObject({ ok: true, mergeSha: git(path, 'rev-parse', `refs/heads/${branch}`) });
  expect(git(path, 'rev-parse', `refs/heads/${branch}^1`)).toBe(before);
  const checkedOut = git(path, 'for-each-ref', '--format=%(HEAD)%(refname)$').includes(`*refs/heads/${branch}$`);
  if (!checkedOut || git(path, 'rev-parse', '--is-bare-repository') === 'true') return;
  expect(readFileSync(join(path, WORK), 'utf8').trimEnd()).toBe('work');
  expect(git(path, 'status', '--porcelain', '--ignore-submodules=none')).toBe('');
});

it('a sparse checkout stays as sparse as it was', async () => {
  const { path } = ODD['a sparse checkout']?.() ?? { path: '' };
  await journey(root, path);
  expect(existsSync(join(path, 'in/a.txt'))).toBe(true);
  expect(existsSync(join(path, 'out'))).toBe(false);
});

function plain(name = 'plain'): string {
  const path = join(root, name);
  createRepository(path, { 'a.txt': 'one\n' });
  return path;
}

/** An object as written, however wrong. */
function literally(path: string, type: string, content: string): string {
  return gitWithInput(path, content, 'hash-object', '-w', '--stdin', '--literally', '-t', type);
}

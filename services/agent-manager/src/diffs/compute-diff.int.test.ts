import { chmodSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { DiffDocument } from '@claude-codex/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitFiles, createRepository, type Files, git, temporaryDirectory } from '../checkouts/git-fixture.ts';
import { computeDiff, DIFF_LIMITS } from './compute-diff.ts';

let root: string;
beforeEach(() => {
  root = temporaryDirectory();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function diffOf(before: Files, after: Files, limits = DIFF_LIMITS) {
  const base = createRepository(root, before);
  const head = commitFiles(root, after, 'Second');
  const document = await computeDiff(join(root, '.git'), base, head, limits);
  return DiffDocument.parse(document);
}

const lines = (count: number, text = 'line') =>
  Array.from({ length: count }, (_, index) => `${text} ${index}\n`).join('');

describe('computeDiff', () => {
  it('numbers the lines of both sides', async () => {
    const { files } = await diffOf({ 'a.ts': 'one\ntwo\nthree\n' }, { 'a.ts': 'one\n2\nthree\nfour\n' });
    expect(files).toHaveLength(1);
    expect(files[0]).toMatchObject({
      path: 'a.ts',
      oldPath: null,
      status: 'modified',
      additions: 2,
      deletions: 1,
      binary: false,
    });
    expect(files[0]?.hunks[0]?.lines).toEqual([
      { kind: 'context', oldLine: 1, newLine: 1, text: 'one' },
      { kind: 'removed', oldLine: 2, newLine: null, text: 'two' },
      { kind: 'added', oldLine: null, newLine: 2, text: '2' },
      { kind: 'context', oldLine: 3, newLine: 3, text: 'three' },
      { kind: 'added', oldLine: null, newLine: 4, text: 'four' },
    ]);
    expect(files[0]?.contentHash).toBe(git(root, 'rev-parse', 'HEAD:a.ts'));
  });

  it('knows added, deleted and renamed files, and the hash of what was deleted', async () => {
    const long = lines(30);
    const { files } = await diffOf(
      { 'gone.txt': 'bye\n', 'old name.txt': long },
      { 'gone.txt': null, 'old name.txt': null, 'new/näme.txt': `${long}more\n`, 'fresh.txt': '' },
    );
    expect(files.map(({ path, oldPath, status, additions }) => ({ path, oldPath, status, additions }))).toEqual([
      { path: 'fresh.txt', oldPath: null, status: 'added', additions: 0 },
      { path: 'gone.txt', oldPath: null, status: 'deleted', additions: 0 },
      { path: 'new/näme.txt', oldPath: 'old name.txt', status: 'renamed', additions: 1 },
    ]);
    expect(files[1]?.contentHash).toBe(git(root, 'rev-parse', 'HEAD~1:gone.txt'));
    expect(files[0]?.hunks).toEqual([]);
  });

  it('reads content that looks like a diff as content', async () => {
    const nasty =
      'diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-- minus\n++ plus\n\\ No newline at end of file\n';
    const { files } = await diffOf({ 'a.md': nasty, 'b.md': 'x' }, { 'a.md': `${nasty}${nasty}`, 'b.md': 'y' });
    expect(files.map(({ path }) => path)).toEqual(['a.md', 'b.md']);
    expect(files[0]?.additions).toBe(7);
    expect(files[0]?.hunks[0]?.lines.filter(({ kind }) => kind === 'added').map(({ text }) => text)).toEqual(
      nasty.trimEnd().split('\n'),
    );
    // The last line of b.md ends without a line feed on both sides.
    expect(files[1]?.hunks[0]?.lines.map(({ kind, text }) => [kind, text])).toEqual([
      ['removed', 'x'],
      ['added', 'y'],
    ]);
  });

  it('keeps white space, carriage returns and characters of every kind', async () => {
    const { files } = await diffOf(
      { 'w.txt': 'a\r\n\tb  \n' },
      { 'w.txt': 'a\n    b\n😀 \u2028 é\n', 'latin1.txt': new Uint8Array([0xe9, 10]) },
    );
    expect(files[1]?.hunks[0]?.lines.map(({ text }) => text)).toEqual(['a\r', '\tb  ', 'a', '    b', '😀 \u2028 é']);
    expect(files[0]?.hunks[0]?.lines[0]?.text).toBe('�');
  });

  it('handles names with quotes, tabs, line feeds and leading dashes', async () => {
    const names = ['a"b.txt', 'tab\there.txt', 'line\nfeed.txt', '-dash.txt', 'b => c.txt', ' b/ lead.txt'];
    const { files } = await diffOf(
      { 'x.txt': 'x\n' },
      Object.fromEntries(names.map((name) => [name, `${name.length}\n`])),
    );
    expect(files.map(({ path }) => path).sort()).toEqual([...names].sort());
    expect(files.every(({ hunks, additions }) => additions === 1 && hunks.length === 1)).toBe(true);
  });

  it('shows binary files without content', async () => {
    const { files } = await diffOf({ 'p.bin': new Uint8Array([0, 1, 2]) }, { 'p.bin': new Uint8Array([0, 1, 2, 3]) });
    expect(files[0]).toMatchObject({ binary: true, additions: 0, deletions: 0, hunks: [], tooLarge: false });
  });

  it('drops the content of files over the limit, not their counts', async () => {
    const limits = { fileLines: 50, fileCharacters: 10_000, totalCharacters: 12_000 };
    const { files } = await diffOf(
      { 'x.txt': 'x\n' },
      {
        'a.txt': lines(60),
        'b.txt': `${'y'.repeat(10_001)}\n`,
        'c.txt': lines(3),
        'd.txt': lines(40, 'z'.repeat(60)),
        'e.txt': 'late\n',
      },
      limits,
    );
    expect(files.map(({ path, tooLarge, additions }) => ({ path, tooLarge, additions }))).toEqual([
      { path: 'a.txt', tooLarge: true, additions: 60 },
      { path: 'b.txt', tooLarge: true, additions: 1 },
      { path: 'c.txt', tooLarge: false, additions: 3 },
      { path: 'd.txt', tooLarge: true, additions: 40 },
      { path: 'e.txt', tooLarge: true, additions: 1 },
    ]);
    expect(files[0]?.hunks).toEqual([]);
  });

  it('shows a changed mode, a file that became a link, and a submodule', async () => {
    const base = createRepository(root, { 'run.sh': '#!/bin/sh\n', 'was-file': 'text\n', 'z.txt': 'z\n' });
    chmodSync(join(root, 'run.sh'), 0o755);
    rmSync(join(root, 'was-file'));
    symlinkSync('run.sh', join(root, 'was-file'));
    git(root, 'update-index', '--add', '--cacheinfo', `160000,${base},module`);
    git(root, 'add', 'run.sh', 'was-file');
    git(root, 'commit', '--quiet', '-m', 'Second');
    const { files } = await computeDiff(join(root, '.git'), base, git(root, 'rev-parse', 'HEAD'));
    expect(files.map(({ path, status, hunks }) => [path, status, hunks.length])).toEqual([
      ['module', 'added', 1],
      ['run.sh', 'modified', 0],
      ['was-file', 'type_changed', 2],
    ]);
  });

  it('is empty between a commit and itself', async () => {
    const base = createRepository(root, { 'a.txt': 'a\n' });
    expect((await computeDiff(join(root, '.git'), base, base)).files).toEqual([]);
  });
});

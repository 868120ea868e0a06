import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiffIndex } from '@claude-codex/contracts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commitFiles, createRepository, type Files, git, temporaryDirectory } from '../mirrors/git-fixture.ts';
import { PART_LIMITS } from './part-writer.ts';
import { storedDiff } from './stored-diff.fixture.ts';

let root: string;
beforeEach(() => {
  root = temporaryDirectory();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function diffOf(before: Files, after: Files, limits = PART_LIMITS) {
  const baseSha = createRepository(root, before);
  const headSha = commitFiles(root, after, 'Second');
  return storedDiff(root, { baseSha, headSha }, limits);
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
    expect(files[0]?.lines).toEqual([
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
      { path: 'new/näme.txt', oldPath: 'old name.txt', status: 'renamed', additions: 1 },
      { path: 'fresh.txt', oldPath: null, status: 'added', additions: 0 },
      { path: 'gone.txt', oldPath: null, status: 'deleted', additions: 0 },
    ]);
    expect(files[2]?.contentHash).toBe(git(root, 'rev-parse', 'HEAD~1:gone.txt'));
    expect(files[1]?.parts).toEqual([]);
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
    expect(files[1]?.lines.map(({ kind, text, noNewline }) => [kind, text, noNewline])).toEqual([
      ['removed', 'x', true],
      ['added', 'y', true],
    ]);
  });

  it('keeps white space, carriage returns and characters of every kind', async () => {
    const { files } = await diffOf(
      { 'w.txt': 'a\r\n\tb  \n' },
      { 'w.txt': 'a\n    b\n😀 \u2028 é\n', 'latin1.txt': new Uint8Array([0xe9, 10]) },
    );
    expect(files[1]?.lines.map(({ text }) => text)).toEqual(['a\r', '\tb  ', 'a', '    b', '😀 \u2028 é']);
    expect(files[0]?.lines[0]?.text).toBe('\udce9');
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
    expect(files[0]).toMatchObject({ binary: true, additions: 0, deletions: 0, parts: [] });
  });

  it('keeps both sides of a changed image, and of nothing else that is binary', async () => {
    const png = (size: number) => new Uint8Array([137, 80, 78, 71, ...Array.from({ length: size }, () => 0)]);
    const large = png(4 * 1024 ** 2);
    const svg = '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>\n';
    const { files, diff } = await diffOf(
      { 'a.PNG': png(1), 'gone.gif': png(2), 'x.bin': png(1), 'l.png': png(1) },
      { 'a.PNG': png(9), 'gone.gif': null, 'x.bin': png(2), 'l.png': large, 'new.jpeg': png(3), 'v.svg': svg },
    );
    const images = Object.fromEntries(files.map(({ path, image }) => [path, image]));
    expect(images).toEqual({
      'a.PNG': { old: 5, new: 13 },
      'gone.gif': { old: 6, new: null },
      'l.png': { old: 5, new: null },
      'new.jpeg': { old: null, new: 7 },
      'v.svg': undefined,
      'x.bin': undefined,
    });
    expect(await diff.image('a.PNG', 'new')).toEqual(Buffer.from(png(9)));
    expect(await diff.image('gone.gif', 'old')).toEqual(Buffer.from(png(2)));
    for (const [path, side] of [
      ['x.bin', 'new'],
      ['gone.gif', 'new'],
      ['nowhere.png', 'old'],
    ] as const)
      expect(await diff.image(path, side)).toBeNull();
  });

  it('says which last line has no line feed, and which had none', async () => {
    const { files } = await diffOf({ 'a.txt': 'one\ntwo', 'b.txt': 'x\n' }, { 'a.txt': 'one\ntwo\n', 'b.txt': 'x' });
    expect(
      files.map(({ lines }) => lines.map(({ kind, text, noNewline }) => [kind, text, noNewline ?? false])),
    ).toEqual([
      [
        ['context', 'one', false],
        ['removed', 'two', true],
        ['added', 'two', false],
      ],
      [
        ['removed', 'x', false],
        ['added', 'x', true],
      ],
    ]);
  });

  it('keeps a file of any length in parts that end between two runs of changed lines', async () => {
    const limits = { lines: 20, characters: 10_000, mostLines: 60, mostCharacters: 40_000 };
    const before = lines(500);
    const after = before.replaceAll(/^line (\d*[37])$/gm, 'changed $1');
    const { diff, files } = await diffOf(
      { 'a.txt': before, 'b.txt': '' },
      { 'a.txt': after, 'b.txt': lines(150) },
      limits,
    );
    const [a, b] = files;
    expect(a?.lines.filter(({ kind }) => kind === 'added')).toHaveLength(100);
    expect(a?.lines.flatMap(({ newLine }) => newLine ?? [])).toEqual(Array.from({ length: 500 }, (_, n) => n + 1));
    expect(a?.parts.slice(0, -1).every((count) => count >= 20 && count < 30)).toBe(true);
    for (const part of a?.parts.keys() ?? []) {
      const found = await diff.part('a.txt', part);
      expect(found?.hunks[0]?.lines[0]?.kind).not.toBe('added');
      expect(found?.hunks[0]?.continued).toBe(part > 0);
    }
    expect(b?.parts).toEqual([60, 60, 30]);
    expect(await diff.part('a.txt', 99)).toBeNull();
    expect(await diff.part('c.txt', 0)).toBeNull();
  });

  it('keeps the beginning of a long line with its part and reads the rest by piece, never half a character', async () => {
    const long = `é${'😀'.repeat(120_000)}end`;
    const { diff, files } = await diffOf(
      { 'a.js': 'x\n' },
      { 'a.js': `first\n${long}\nlast`, 'b.js': `${'y'.repeat(2_001)}\n` },
    );
    const cut = files[0]?.lines.find(({ text }) => text.startsWith('é'));
    expect(cut?.bytes).toBe(Buffer.byteLength(long));
    expect(cut?.text.isWellFormed()).toBe(true);
    expect([cut?.text.length, files[1]?.lines[0]?.text.length]).toEqual([1_999, 2_000]);
    let text = '';
    const line = files[0]?.lines.indexOf(cut ?? { kind: 'added', oldLine: null, newLine: null, text: '' }) ?? -1;
    for (let from: number | null = 0; from !== null; ) {
      const piece = await diff.lineText('a.js', { part: 0, line, from });
      text += piece?.text ?? '';
      from = piece?.nextFrom ?? null;
    }
    expect(text === long).toBe(true);
    expect(await diff.lineText('a.js', { part: 0, line: 0, from: 0 })).toBeNull();
    expect((await diff.lineText('b.js', { part: 0, line: 0, from: 0 }))?.text).toHaveLength(2_001);
  });

  it('tells apart paths that look the same, and keeps their blanks', async () => {
    const base = createRepository(root, { 'x.txt': 'x\n' });
    for (const [name, content] of [
      [Buffer.from('caf\xe9.txt', 'latin1'), 'one\n'],
      [Buffer.from('caf\xe8.txt', 'latin1'), 'two\n'],
      [Buffer.from(' lead.txt'), 'three\n'],
      [Buffer.from('lead.txt '), 'four\n'],
      [Buffer.from('caf\\xE9.txt'), 'five\n'],
    ] as const)
      writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), content);
    git(root, 'add', '--all');
    git(root, 'commit', '--quiet', '-m', 'Second');
    const { files, diff } = await storedDiff(root, { baseSha: base, headSha: git(root, 'rev-parse', 'HEAD') });
    expect(files.map(({ path, lines }) => [path, lines[0]?.text])).toEqual([
      [' lead.txt', 'three'],
      ['caf\\x5CxE9.txt', 'five'],
      ['caf\\xE8.txt', 'two'],
      ['caf\\xE9.txt', 'one'],
      ['lead.txt ', 'four'],
    ]);
    expect(await diff.hasLine(' lead.txt', 'new', 1)).toBe(true);
    expect(await diff.hasLine('lead.txt', 'new', 1)).toBe(false);
  });

  it('names what no text can hold by its bytes, and what reads like an escape by its own', async () => {
    const base = createRepository(root, { 'x.txt': 'x\n' });
    const names = [
      [Buffer.of(0xff, 0xfe), '\\xFF\\xFE'],
      [Buffer.of(0x61, 0xed, 0xa0, 0x80), 'a\\xED\\xA0\\x80'],
      [Buffer.from('trail \t\u00a0'), 'trail \t\u00a0'],
      [Buffer.from('trail \t'), 'trail \t'],
      [Buffer.from('line\nfeed'), 'line\nfeed'],
      [Buffer.from('cafe\u0301.txt'), 'cafe\u0301.txt'],
      [Buffer.from('caf\u00e9.txt'), 'caf\u00e9.txt'],
    ] as const;
    for (const [name, path] of names) writeFileSync(Buffer.concat([Buffer.from(`${root}/`), name]), `${path.length}\n`);
    git(root, 'add', '--all');
    git(root, 'commit', '--quiet', '-m', 'Second');
    const { files, diff } = await storedDiff(root, { baseSha: base, headSha: git(root, 'rev-parse', 'HEAD') });
    expect(files.map(({ path }) => path).toSorted()).toEqual(names.map(([, path]) => path).toSorted());
    for (const [, path] of names) {
      const part = await diff.part(path, 0);
      expect(part?.hunks[0]?.lines[0]?.text, path).toBe(String(path.length));
    }
  });

  it('counts added lines that are not what they look like', async () => {
    const { files } = await diffOf(
      { 'a.js': 'old\u202e\n', 'c.js': '' },
      { 'a.js': 'new\n', 'b.js': 'if (ok\u2066) {\nusеr();\nfine();\n', 'c.js': `${'a'.repeat(50_000)}\u200b\n` },
    );
    expect(files.map(({ path, misleading }) => [path, misleading])).toEqual([
      ['a.js', 0],
      ['b.js', 2],
      ['c.js', 1],
    ]);
  });

  it('shows a changed mode, a file that became a link, and a submodule', async () => {
    const base = createRepository(root, { 'run.sh': '#!/bin/sh\n', 'was-file': 'text\n', 'z.txt': 'z\n' });
    chmodSync(join(root, 'run.sh'), 0o755);
    rmSync(join(root, 'was-file'));
    symlinkSync('run.sh', join(root, 'was-file'));
    git(root, 'update-index', '--add', '--cacheinfo', `160000,${base},module`);
    git(root, 'add', 'run.sh', 'was-file');
    git(root, 'commit', '--quiet', '-m', 'Second');
    const { files } = await storedDiff(root, { baseSha: base, headSha: git(root, 'rev-parse', 'HEAD') });
    expect(
      files.map(({ path, status, hunks, oldMode, newMode }) => [path, status, hunks.length, oldMode, newMode]),
    ).toEqual([
      ['module', 'added', 1, null, '160000'],
      ['run.sh', 'modified', 0, '100644', '100755'],
      ['was-file', 'type_changed', 2, '100644', '120000'],
    ]);
    expect(files[2]?.hunks.map(({ skipped }) => skipped)).toEqual([0, 0]);
  });

  it('knows which lines stand in it, on which side', async () => {
    const before = lines(100);
    const { diff } = await diffOf({ 'a.txt': before }, { 'a.txt': before.replace('line 50\n', 'new\nand\n') });
    const known = async (side: 'old' | 'new') => {
      const all = await Promise.all(Array.from({ length: 103 }, (_, n) => diff.hasLine('a.txt', side, n)));
      return all.flatMap((is, n) => (is ? n : []));
    };
    expect(await known('old')).toEqual([48, 49, 50, 51, 52, 53, 54]);
    expect(await known('new')).toEqual([48, 49, 50, 51, 52, 53, 54, 55]);
    expect(await diff.hasLine('b.txt', 'new', 48)).toBe(false);
  });

  it('gives the index a page at a time', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 25 }, (_, n) => [`f${String(n).padStart(2, '0')}.txt`, `${n}\n`]),
    );
    const { diff } = await diffOf({ 'x.txt': 'x\n' }, many);
    const found: string[] = [];
    for (let after: number | null = 0; after !== null; ) {
      const page: DiffIndex = await diff.index({ after, limit: 10 });
      expect([page.totalFiles, page.totalLines]).toEqual([25, 25]);
      found.push(...page.files.map(({ path }) => path));
      after = page.nextAfter;
    }
    expect(found).toEqual(Object.keys(many));
  });

  it('is empty between a commit and itself', async () => {
    const base = createRepository(root, { 'a.txt': 'a\n' });
    expect((await storedDiff(root, { baseSha: base, headSha: base })).files).toEqual([]);
  });
});

import type { DiffFile } from '@claude-codex/contracts';
import { expect, test } from 'vitest';
import { inTreeOrder, treeOf } from './tree.ts';

const files = ['src/b.js', 'README.md', 'src/deep/only/a.js', 'test/a.js'].map(
  (path): DiffFile => ({
    path,
    oldPath: null,
    status: 'added',
    binary: false,
    tooLarge: false,
    additions: 1,
    deletions: 0,
    contentHash: path,
    hunks: [],
  }),
);

test('folders first, and folders with one child in one line', () => {
  expect(treeOf(files).map((row) => `${' '.repeat(row.depth)}${row.name}`)).toEqual([
    'src',
    ' deep/only',
    '  a.js',
    ' b.js',
    'test',
    ' a.js',
    'README.md',
  ]);
});

test('the diff is read in the order of the tree', () => {
  expect(inTreeOrder(files).map((file) => file.path)).toEqual([
    'src/deep/only/a.js',
    'src/b.js',
    'test/a.js',
    'README.md',
  ]);
});

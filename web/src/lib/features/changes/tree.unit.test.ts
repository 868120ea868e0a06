import { expect, test } from 'vitest';
import { treeOf } from './tree.ts';

const files = ['src/b.js', 'README.md', 'src/deep/only/a.js', 'test/a.js'].map((path) => ({ path }));

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

test('two files of one path are two rows', () => {
  const rows = treeOf([{ path: 'a/caf\ufffd.txt' }, { path: 'a/caf\ufffd.txt' }]);
  expect(rows.map(({ name }) => name)).toEqual(['a', 'caf\ufffd.txt', 'caf\ufffd.txt']);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(3);
});

test('blanks at the ends of a name stay', () => {
  expect(treeOf([{ path: ' lead.txt' }, { path: 'lead.txt ' }]).map(({ name }) => name)).toEqual([
    ' lead.txt',
    'lead.txt ',
  ]);
});

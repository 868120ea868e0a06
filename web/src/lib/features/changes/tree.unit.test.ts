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

test.each([
  ['\\xFF\\xFE', '\\xFE\\xFF'],
  ['a\\xED\\xA0\\x80', 'a\\xED\\xA0\\x81'],
  ['caf\\x5CxE9.txt', 'caf\\xE9.txt'],
  ['trail \t\u00a0', 'trail \t'],
  ['line\nfeed', 'line feed'],
  ['cafe\u0301.txt', 'caf\u00e9.txt'],
])('%j and %j are two rows, each under its own name', (path, twin) => {
  const rows = treeOf([{ path }, { path: twin }]);
  expect(rows.map(({ name }) => name).toSorted()).toEqual([path, twin].toSorted());
  expect(new Set(rows.map(({ key }) => key)).size).toBe(2);
});

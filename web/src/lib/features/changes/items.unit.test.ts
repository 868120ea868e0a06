import { expect, test } from 'vitest';
import { BLOCK, beyondReach, type Item, itemsOf, type ListedFile, MOST_LINES, pageOf } from './items.ts';

const file = (at: number, parts: number[]): ListedFile => ({
  at,
  path: `f${at}`,
  oldPath: null,
  status: 'modified',
  oldMode: '100644',
  newMode: '100644',
  binary: false,
  additions: 1,
  deletions: 0,
  contentHash: `${at}`,
  misleading: 0,
  parts,
  notKept: false,
});
const open = { isOpen: () => true, firstPart: () => 0, looseCount: () => 0 };
const linesShown = (items: readonly Item[]) =>
  items.reduce((sum, item) => sum + (item.kind === 'lines' ? item.to - item.from : 0), 0);

test('every line of every open file is in one block, and every key is there once', () => {
  const files = [file(0, [300, 310, 7]), file(1, []), file(2, [BLOCK])];
  const items = itemsOf(files, { ...open, isOpen: ({ at }) => at !== 2 });
  expect(linesShown(items)).toBe(617);
  expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
  expect(items.filter(({ last }) => last).map(({ kind, file: { at } }) => [kind, at])).toEqual([
    ['lines', 0],
    ['note', 1],
    ['head', 2],
  ]);
});

test('threads without a line stand between the head of an open file and its lines, and not in place of them', () => {
  const kinds = (parts: number[]) =>
    itemsOf([file(0, parts)], { ...open, looseCount: () => 1 }).map(({ kind }) => kind);
  expect(kinds([5])).toEqual(['head', 'threads', 'lines']);
  expect(kinds([])).toEqual(['head', 'threads', 'note']);
});

test('a file longer than a browser can scroll is shown a stretch at a time, and all of it can be reached', () => {
  const parts = Array<number>(4_000).fill(300);
  const huge = file(0, parts);
  let first = 0;
  let seen = 0;
  for (let page = 0; page < 10; page++) {
    const items = itemsOf([huge], { ...open, firstPart: () => first });
    expect(linesShown(items)).toBeLessThanOrEqual(MOST_LINES);
    seen += linesShown(items);
    const rest = items.at(-1);
    if (rest?.kind !== 'rest') break;
    first = pageOf(huge, rest);
  }
  expect(seen).toBe(1_200_000);
  const back = itemsOf([huge], { ...open, firstPart: () => first })[1];
  expect(back?.kind === 'rest' ? pageOf(huge, back) : null).toBe(2_000);
});

test('files beyond what can be scrolled to are folded, the first never', () => {
  expect([...beyondReach([file(0, [MOST_LINES * 2]), file(1, [1]), file(2, [])])]).toEqual([1, 2]);
  expect([...beyondReach([file(0, [MOST_LINES - 1]), file(1, [1]), file(2, [1])])]).toEqual([2]);
});

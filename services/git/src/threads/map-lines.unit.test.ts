import { describe, expect, it } from 'vitest';
import { type Hunk, mapLines } from './map-lines.ts';

const hunk = (oldStart: number, oldLines: number, newStart: number, newLines: number): Hunk => ({
  ...{ oldStart, oldLines, newStart, newLines },
});
const added = hunk(4, 0, 5, 3);
const removed = hunk(4, 2, 3, 0);
const replaced = hunk(4, 2, 4, 5);
const range = (start: number, end = start) => ({ start, end });

describe('a range of lines', () => {
  it('moves by what was added or taken out above it, and by nothing below', () => {
    expect(mapLines([added], range(5, 6))).toEqual({ start: 8, end: 9, touched: false });
    expect(mapLines([added], range(3, 4))).toEqual({ start: 3, end: 4, touched: false });
    expect(mapLines([removed], range(6))).toEqual({ start: 4, end: 4, touched: false });
    expect(mapLines([hunk(1, 1, 0, 0), added], range(9))).toEqual({ start: 11, end: 11, touched: false });
  });

  it('takes in what was added between its lines', () => {
    expect(mapLines([added], range(4, 5))).toEqual({ start: 4, end: 8, touched: true });
  });

  it('is what is left of it when its beginning or end was taken out', () => {
    expect(mapLines([removed], range(3, 4))).toEqual({ start: 3, end: 3, touched: true });
    expect(mapLines([removed], range(5, 7))).toEqual({ start: 4, end: 5, touched: true });
    expect(mapLines([removed], range(3, 6))).toEqual({ start: 3, end: 4, touched: true });
  });

  it('is outdated when all of it was taken out', () => {
    expect(mapLines([removed], range(4, 5))).toBeNull();
    expect(mapLines([removed], range(5))).toBeNull();
    expect(mapLines([hunk(1, 3, 0, 0)], range(1, 3))).toBeNull();
  });

  it('that was replaced is where its replacement is', () => {
    expect(mapLines([replaced], range(4))).toEqual({ start: 4, end: 4, touched: true });
    expect(mapLines([hunk(4, 5, 4, 1)], range(7, 8))).toEqual({ start: 4, end: 4, touched: true });
    expect(mapLines([replaced], range(3, 6))).toEqual({ start: 3, end: 9, touched: true });
  });
});

import { describe, expect, test } from 'vitest';
import { earliest, placeOf, reconnectDelay, resumePoint, supersedes, wentBefore } from './resume.ts';

describe('where a stream goes on', () => {
  const read = { epoch: 'e1', position: 40 };
  test('after the last frame that came', () => expect(resumePoint('e1-57', read)).toBe('e1-57'));
  test('else where the page was read', () => expect(resumePoint(null, read)).toBe('e1-40'));
  test('else from now', () => expect(resumePoint(null, null)).toBeNull());
});

describe('two reads', () => {
  const board = { epoch: 'e1', position: 40 };
  test('are continued from the earlier one', () =>
    expect(earliest(board, { epoch: 'e1', position: 38 })).toEqual({ epoch: 'e1', position: 38 }));
  test('of different histories cannot be continued', () =>
    expect(earliest(board, { epoch: 'e2', position: 38 })).toBeNull());
  test('of which one is missing', () => expect(earliest(board, null)).toEqual(board));
  test('and frames name their place alike', () => {
    expect(placeOf('e1-40')).toEqual(board);
    expect(placeOf('nonsense')).toBeNull();
    expect(placeOf(null)).toBeNull();
  });
});

test('waiting grows, and never beyond a second', () => {
  const delays = Array.from({ length: 12 }, (_, attempt) => reconnectDelay(attempt));
  expect(delays[0]).toBeLessThanOrEqual(200);
  expect(delays).toEqual([...delays].sort((a, b) => a - b));
  expect(Math.max(...delays)).toBe(1000);
});

describe('a row replaces another', () => {
  test('when nothing is there', () => expect(supersedes({ position: 1 }, undefined)).toBe(true));
  test('when it is as new: applying twice does no harm', () =>
    expect(supersedes({ position: 5 }, { position: 5 })).toBe(true));
  test('not when it is older', () => expect(supersedes({ position: 4 }, { position: 5 })).toBe(false));
});

describe('a row that an answer does not hold', () => {
  const answer = { epoch: 'e1', position: 40 };
  test('is gone when it was there before', () => expect(wentBefore({ position: 40 }, answer, 'e1')).toBe(true));
  test('stays when it came while the answer was on its way', () =>
    expect(wentBefore({ position: 41 }, answer, 'e1')).toBe(false));
  test('is gone when it is of another history', () => {
    expect(wentBefore({ position: 41 }, answer, 'e0')).toBe(true);
    expect(wentBefore({ position: 41 }, answer, null)).toBe(true);
  });
});

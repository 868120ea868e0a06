import { expect, test } from 'vitest';
import { progressOf, type Sample, withSample } from './progress.ts';

const samples = (...positions: number[]): Sample[] =>
  positions.map((position, second) => ({ at: second * 1000, build: 1, position }));

test('nothing was seen yet', () => {
  expect(progressOf([], 100)).toEqual({ share: 0, perSecond: null, leftMs: null, stands: false });
  expect(progressOf(samples(40), 100)).toEqual({ share: 0.4, perSecond: null, leftMs: null, stands: false });
});

test('the time left follows from the last seconds', () => {
  expect(progressOf(samples(0, 100, 200), 1000)).toEqual({ share: 0.2, perSecond: 100, leftMs: 8000, stands: false });
});

test('a head that was overtaken is the whole of it', () => {
  expect(progressOf(samples(0, 120), 100)).toMatchObject({ share: 1, leftMs: 0, stands: false });
  expect(progressOf(samples(0), 0)).toMatchObject({ share: 1 });
});

test('one that does not move promises nothing', () => {
  expect(progressOf(samples(0, 50, 50, 50, 50, 50, 50), 100)).toMatchObject({ stands: true, leftMs: null });
  expect(progressOf(samples(0, 50, 50), 100)).toMatchObject({ stands: false });
});

test('only the newest samples of the same build are kept', () => {
  const many = Array.from({ length: 30 }, (_, second) => ({ at: second, build: 1, position: second }));
  const kept = many.reduce<readonly Sample[]>(withSample, []);
  expect([kept.length, kept.at(-1)?.position]).toEqual([12, 29]);
  expect(withSample(kept, { at: 99, build: 2, position: 0 })).toEqual([{ at: 99, build: 2, position: 0 }]);
});

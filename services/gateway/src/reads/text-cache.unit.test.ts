import { expect, it } from 'vitest';
import { createTextCache } from './text-cache.ts';

it('reads once per change, however many ask', async () => {
  let version = 1;
  let reads = 0;
  const cache = createTextCache(() => version);
  const load = async () => {
    reads += 1;
    return `read ${reads}`;
  };
  expect(await Promise.all([1, 2, 3].map(() => cache.get('a', load)))).toEqual(['read 1', 'read 1', 'read 1']);
  expect(await cache.get('b', load)).toBe('read 2');
  version = 2;
  expect(await cache.get('a', load)).toBe('read 3');
});

it('does not keep what was read while something changed', async () => {
  let version = 1;
  const cache = createTextCache(() => version);
  expect(
    await cache.get('a', async () => {
      version = 2;
      return 'maybe old';
    }),
  ).toBe('maybe old');
  expect(await cache.get('a', async () => 'new')).toBe('new');
});

it('asks again after a failure', async () => {
  const cache = createTextCache(() => 1);
  await expect(cache.get('a', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  expect(await cache.get('a', async () => 'up')).toBe('up');
});

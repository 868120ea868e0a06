import { expect, test } from 'vitest';
import { addressOf, isNarrowed, readFilter, toggleLabel } from './filter.ts';

const read = (search: string) => readFilter(new URLSearchParams(search));

test('an address says the whole filter, and gives it back', () => {
  const filter = { repositoryId: 'r1', state: 'all', labels: ['bug', 'good first issue'], q: 'a & b' } as const;
  expect(read(addressOf(filter).split('?')[1] ?? '')).toEqual(filter);
  expect(addressOf(read(''))).toBe('/issues');
  expect(read('state=merged').state).toBe('open');
});

test('a label is added, and taken away again', () => {
  const one = toggleLabel(read(''), 'bug');
  expect([one.labels, isNarrowed(one)]).toEqual([['bug'], true]);
  const none = toggleLabel(one, 'bug');
  expect([none.labels, isNarrowed(none)]).toEqual([[], false]);
  expect(toggleLabel(one, 'a,b')).toEqual(one);
});

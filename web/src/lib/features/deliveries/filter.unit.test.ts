import { expect, it } from 'vitest';
import { addressOf, isNarrowed, readFilter } from './filter.ts';

it('an address says what is shown, and leaves out what is not chosen', () => {
  const filter = { event: 'check_run', outcome: 'failed' as const, repository: 'acme/app', open: 'x' };
  const address = addressOf(filter);
  expect(readFilter(new URL(address, 'http://x').searchParams)).toEqual(filter);
  expect(isNarrowed(filter)).toBe(true);
  const nothing = readFilter(new URLSearchParams('outcome=eaten'));
  expect([addressOf(nothing), isNarrowed(nothing)]).toEqual(['/settings/github/deliveries', false]);
});

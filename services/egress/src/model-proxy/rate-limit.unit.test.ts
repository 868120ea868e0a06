import { expect, it } from 'vitest';
import { rateLimitOf } from './rate-limit.ts';

const NOW = new Date('2026-01-01T00:00:00Z');

it.each([
  ['seconds since 1970', { 'anthropic-ratelimit-unified-reset': '1767229200' }, '2026-01-01T01:00:00.000Z'],
  [
    'the limit that is used up, not one with something left',
    {
      'anthropic-ratelimit-requests-remaining': '3',
      'anthropic-ratelimit-requests-reset': '2026-01-09T00:00:00Z',
      'anthropic-ratelimit-tokens-remaining': '0',
      'anthropic-ratelimit-tokens-reset': '2026-01-01T00:01:00Z',
    },
    '2026-01-01T00:01:00.000Z',
  ],
  ['retry-after', { 'retry-after': '30' }, '2026-01-01T00:00:30.000Z'],
  ['nothing', {}, null],
  ['nonsense', { 'retry-after': 'soon', 'anthropic-ratelimit-unified-reset': 'tomorrow' }, null],
])('reads %s', (_what, headers, resetsAt) => {
  expect(rateLimitOf(headers, NOW).resetsAt).toBe(resetsAt);
});

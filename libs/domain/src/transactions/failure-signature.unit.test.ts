import type { ForgeCheck } from '@claude-codex/contracts/pull-request/events';
import { expect, it } from 'vitest';
import { failureSignature } from './failure-signature.ts';

const failed = (name: string, text: string, from: 'log' | 'nowhere' = 'log'): ForgeCheck => ({
  ...{ name, verdict: 'failed', url: null },
  report: { from, text },
});
const same = (a: string, b: string) => failureSignature([failed('ci', a)]) === failureSignature([failed('ci', b)]);

it.each([
  ['times', '2026-01-01T10:00:00.123Z Error', '2026-02-03 11:20:01 Error'],
  ['durations and counts', 'failed after 5012 ms (3 of 7)', 'failed after 1.2 ms (30 of 71)'],
  ['numbers, however large', 'offset 999999', 'offset 123456789012'],
  ['places', 'at /home/runner/work/a/src/x.ts:3:9', 'at C:\\agent\\b\\x.ts:44:1'],
  [
    'addresses and ids',
    'at 0x7ffd10 in 3f2a9c1 of 1b4e28ba-2fa1-11d2-883f-0016d3cca427',
    'at 0x1 in 99bc0de1 of 6fa459ea-ee8a-3ca4-894e-db77e160355e',
  ],
  ['colours and blanks', '\u001b[31mError\u001b[0m:  no', 'Error: no'],
])('takes no notice of %s', (_what, a, b) => expect(same(a, b)).toBe(true));

it.each([
  ['another error', 'TypeError: x is no function', 'ReferenceError: x is not defined'],
  ['another file', 'at /a/b/x.test.ts:3', 'at /a/b/y.test.ts:3'],
  ['a word that looks like a number of an object', 'deadbeef', 'feedface'],
])('tells %s', (_what, a, b) => expect(same(a, b)).toBe(false));

it('is of all that failed, in whatever order, and of nothing we say ourselves', () => {
  const [lint, test] = [failed('lint', 'unused'), failed('test', 'no')];
  expect(failureSignature([lint, test])).toBe(failureSignature([test, lint]));
  expect(failureSignature([lint])).not.toBe(failureSignature([lint, test]));
  expect(failureSignature([failed('ci', 'Gone.', 'nowhere')])).toBe(
    failureSignature([failed('ci', 'Late.', 'nowhere')]),
  );
});

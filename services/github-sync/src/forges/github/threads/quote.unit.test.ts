import { expect, it } from 'vitest';
import { quoteIn } from './quote.ts';

const HUNK = '@@ -1,3 +1,4 @@\n one\n-two\n+2\n+2½\n three';

it('is what stood on the side that was commented on, up to the line, without signs of the diff', () => {
  expect(quoteIn(HUNK, { side: 'new', lines: 1 })).toBe('three');
  expect(quoteIn(HUNK, { side: 'new', lines: 3 })).toBe('2\n2½\nthree');
  expect(quoteIn(HUNK, { side: 'old', lines: 2 })).toBe('two\nthree');
});

it('is as much as there is, with what cannot be seen written out, and not for ever', () => {
  expect(quoteIn(HUNK, { side: 'old', lines: 90 })).toBe('one\ntwo\nthree');
  expect(quoteIn('@@ -0,0 +1 @@\n+a\u202eb\r', { side: 'new', lines: 1 })).toBe('aU+202Eb');
  expect(quoteIn(`@@ -0,0 +1 @@\n+${'x'.repeat(9_000)}`, { side: 'new', lines: 1 })).toHaveLength(4_000);
});

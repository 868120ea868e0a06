import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tailOf, truncate, truncateDeep } from './truncate.ts';

test('keeps short texts, and beginning and end of long ones, within the limit', () => {
  expect(truncate('short')).toEqual({ text: 'short', truncated: false });
  const { text, truncated } = truncate(`begin${'x'.repeat(200_000)}end`);
  expect(truncated).toBe(true);
  expect(text.startsWith('begin')).toBe(true);
  expect(text.endsWith('end')).toBe(true);
  expect(Buffer.byteLength(text)).toBeLessThan(66_000);
});

test('never cuts a character in two', () => {
  // What a cut leaves behind reads as U+FFFD, so texts that hold it themselves would say nothing.
  const texts = fc.string({ unit: 'grapheme', minLength: 20 }).filter((text) => !text.includes('\ufffd'));
  fc.assert(
    fc.property(texts, fc.integer({ min: 8, max: 40 }), (text, limit) => {
      expect(truncate(text, limit).text).not.toContain('\ufffd');
      expect(tailOf(text, limit)).not.toContain('\ufffd');
      expect(text.endsWith(tailOf(text, limit))).toBe(true);
    }),
  );
});

test('shortens strings inside a value', () => {
  const value = truncateDeep({ list: ['y'.repeat(100_000)], kept: 1, none: null }) as { list: string[] };
  expect(value).toMatchObject({ kept: 1, none: null });
  expect(value.list[0]?.length).toBeLessThan(66_000);
});

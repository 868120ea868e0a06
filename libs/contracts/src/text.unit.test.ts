import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, cleanTexts, cutText } from './text.ts';

/** Any UTF-16 at all: whole characters, halves of pairs in any order, NUL. */
const anything = fc
  .array(fc.oneof(fc.integer({ min: 0, max: 0xffff }), fc.constantFrom(0, 0xd83d, 0xde80, 0xdbff, 0xdc00)))
  .map((units) => String.fromCharCode(...units));
const whole = fc.string({ unit: 'binary' });

describe('text for the log', () => {
  it('holds nothing a store refuses, and keeps everything else where it was', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const clean = cleanText(text);
        expect(clean.isWellFormed()).toBe(true);
        expect(clean).not.toContain('\0');
        expect(clean).toHaveLength(text.length);
        expect(clean).toBe(text.toWellFormed().replaceAll('\0', '\ufffd'));
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });

  it.each([
    ['NUL', 'a\0b', 'a\ufffdb'],
    ['a high half at the end', 'a\ud83d', 'a\ufffd'],
    ['a low half at the beginning', '\ude80a', '\ufffda'],
    ['halves the wrong way round', '\ude80\ud83d', '\ufffd\ufffd'],
    ['a half before a whole one', '\ud83d🚀', '\ufffd🚀'],
    ['what only looks odd', '\u0001\u200b\ufffe\u202e🚀', '\u0001\u200b\ufffe\u202e🚀'],
  ])('%s', (_what, text, clean) => expect(cleanText(text)).toBe(clean));

  it('is clean however deep it lies, keys included; what was clean is the same object', () => {
    const fine = { a: ['🚀', 1, null, { b: true }] };
    expect(cleanTexts(fine)).toBe(fine);
    expect(cleanTexts({ 'k\0': [{ deep: '\ud83d' }], n: 1 })).toEqual({ 'k\ufffd': [{ deep: '\ufffd' }], n: 1 });
    fc.assert(
      fc.property(fc.jsonValue(), anything, (value, text) => {
        const json = JSON.stringify(cleanTexts({ value, [text]: text }));
        expect(json).not.toMatch(/(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/);
      }),
    );
  });
});

describe('a text that is cut', () => {
  it('is as long as it may be and never ends in half a character', () => {
    fc.assert(
      fc.property(whole, fc.nat({ max: 40 }), (text, most) => {
        const cut = cutText(text, most);
        expect(text.startsWith(cut)).toBe(true);
        expect(cut.isWellFormed()).toBe(text.isWellFormed());
        expect(cut.length).toBeLessThanOrEqual(most);
        expect(cut.length).toBeGreaterThanOrEqual(Math.min(text.length, most - 1));
      }),
    );
  });

  it.each([
    [4_000, `${'x'.repeat(3_999)}🚀`, 3_999],
    [500, `${'x'.repeat(499)}🚀`, 499],
    [500, `${'x'.repeat(498)}🚀`, 500],
    [200, '🚀'.repeat(150), 200],
    [1, '🚀', 0],
    [0, 'x', 0],
  ])('to %i', (most, text, length) => expect(cutText(text, most)).toHaveLength(length));
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMasker } from './masker.ts';

const secretText = fc
  .string({ minLength: 12, maxLength: 60, unit: 'grapheme' })
  .filter((text) => text.trim().length >= 12);

describe('masker', () => {
  test('leaves text alone until it knows a value, and ignores values that are too short', () => {
    const masker = createMasker();
    expect(masker.text('nothing here')).toBe('nothing here');
    expect(masker.add('abc')).toBe(false);
    expect(masker.text('abc')).toBe('abc');
  });

  test('masks a value wherever it stands in a JSON value, keys included', () => {
    const masker = createMasker();
    masker.add('hunter2!');
    expect(masker.deep({ 'hunter2!': [1, null, { a: 'x hunter2! y' }] })).toEqual({
      '••••••': [1, null, { a: 'x •••••• y' }],
    });
  });

  test('masks the longer of two values that contain one another', () => {
    const masker = createMasker();
    masker.add('secret');
    masker.add('secret-and-more');
    expect(masker.text('secret-and-more secret')).toBe('•••••• ••••••');
  });

  test('masks the lines of a value with several lines', () => {
    const masker = createMasker();
    masker.add('-----BEGIN-----\nMIIEvQIBADANBg\n-----END-----');
    expect(masker.text('  2: MIIEvQIBADANBg')).toBe('  2: ••••••');
  });

  test('finds every value in every shape, with anything before and after it', () => {
    fc.assert(
      fc.property(secretText, fc.string(), fc.string(), (secret, before, after) => {
        const masker = createMasker();
        masker.add(secret);
        const plain = `${before}${secret}${after}`;
        const shapes = [
          plain,
          JSON.stringify(plain),
          `x=${encodeURIComponent(secret)}&y`,
          new URLSearchParams({ secret }).toString(),
          Buffer.from(secret).toString('hex'),
          Buffer.from(plain).toString('base64'),
          Buffer.from(plain).toString('base64url'),
        ];
        for (const shape of shapes) expect(masker.finds(shape)).toBe(true);
        expect(masker.text(plain)).not.toContain(secret);
        const line = masker.jsonLines(`${JSON.stringify({ nested: JSON.stringify({ plain }) })}\n`);
        expect(line).not.toContain(JSON.stringify(JSON.stringify(secret).slice(1, -1)).slice(1, -1));
      }),
    );
  });

  test('masks a half line of a transcript as text', () => {
    const masker = createMasker();
    masker.add('hunter2!');
    expect(masker.jsonLines('{"a":"hunter2!"}\n{"b":"hunter2!')).toBe('{"a":"••••••"}\n{"b":"••••••');
  });
});

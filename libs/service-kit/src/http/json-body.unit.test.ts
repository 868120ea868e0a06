import * as fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { parseJsonBody } from './json-body.ts';

const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', ':', ' ', '{', '}', ',', 'ü', '😀', '\n') });
const { value: document } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    text,
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 4 }),
  ),
}));

describe('a JSON body', () => {
  it('is taken as it is, whatever quotes and colons its texts hold', () => {
    fc.assert(
      fc.property(document, fc.constantFrom(undefined, 1, '\t'), (value, indent) => {
        expect(parseJsonBody(JSON.stringify(value, null, indent))).toEqual(value);
      }),
    );
  });

  it('is refused when a key comes twice, however it is written', () => {
    for (const body of ['{"a":1,"a":2}', '{"x":[{"a":1 , "\\u0061" :2}]}', '{"\\"":1,"\\"":2}', '{"":1,"":1}']) {
      expect(() => parseJsonBody(body)).toThrow(expect.objectContaining({ code: 'DUPLICATE_FIELD' }));
    }
  });

  it('may not be nested deeper than 64 levels', () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`;
    expect(() => parseJsonBody(nested(64))).not.toThrow();
    expect(() => parseJsonBody(nested(65))).toThrow(expect.objectContaining({ code: 'TOO_DEEP' }));
  });

  it.each(['0,', '[],', '{},', '"",', '{"a":[]},'])(
    'of a megabyte of %s is refused before anything is made of it',
    (unit) => {
      const parse = vi.spyOn(JSON, 'parse');
      const body = `[${unit.repeat(1_000_000 / unit.length)}0]`;
      expect(() => parseJsonBody(body)).toThrow(expect.objectContaining({ code: 'BODY_TOO_LARGE' }));
      expect(() => parseJsonBody('['.repeat(500_000))).toThrow(expect.objectContaining({ code: 'TOO_DEEP' }));
      expect(parse).not.toHaveBeenCalled();
      parse.mockRestore();
    },
  );

  it('may be one text of a megabyte, whatever it holds', () => {
    for (const text of ['a', '\\', '"', '[', ',', ':'].map((unit) => unit.repeat(400_000))) {
      expect(parseJsonBody(JSON.stringify({ text }))).toEqual({ text });
    }
  });

  it('that is no JSON is refused as such, wherever it breaks off', () => {
    for (const body of ['[', ']]]]', '"', '"\\', '{"a":', '[1,,2]', 'x:y', '}{']) {
      expect(() => parseJsonBody(body)).toThrow(expect.objectContaining({ code: 'MALFORMED_JSON' }));
    }
  });
});

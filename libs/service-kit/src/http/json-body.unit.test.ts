import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
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
});

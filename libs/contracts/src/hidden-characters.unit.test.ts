import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confusables, isVisible, misleads, piecesOf, piecesOfLines, shown } from './hidden-characters.ts';

describe('what cannot be seen is written out', () => {
  it.each([
    ['access\u202e} \u2066if (isAdmin)\u2069', 'accessU+202E} U+2066if (isAdmin)U+2069'],
    ['user\u200bName', 'userU+200BName'],
    ['a\u00adb\u2060c\ufeff', 'aU+00ADbU+2060cU+FEFF'],
    ['tag \u{e0041}', 'tag U+E0041'],
    ['\u3164 = 1', 'U+3164 = 1'],
    ['a\u00a0b\u3000c', 'aU+00A0bU+3000c'],
    ['esc \x1b[31m', 'esc U+001B[31m'],
    ['line\u2028separator\x85', 'lineU+2028separatorU+0085'],
    ['end\r', 'endU+000D'],
    ['caf\udce9', 'caf\\xE9'],
    ['half \ud800', 'half U+D800'],
  ])('%j', (text, expected) => expect(shown(text)).toBe(expected));

  it.each(['\tplain (ascii)', 'grüße', 'привет мир', '日本語', 'שלום', '👩‍💻 ❤️ 1️⃣', 'می‌خواهم', 'क्‍ष'])(
    'leaves %j as it is',
    (text) => {
      expect(shown(text)).toBe(text);
      expect(misleads(text)).toBe(false);
    },
  );

  it('loses and adds nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }), { maxLength: 20 }), (codes) => {
        const text = String.fromCodePoint(...codes);
        expect(
          piecesOf(text)
            .map((piece) => piece.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

it('words of two alphabets and signs that only look like ASCII are named', () => {
  expect(confusables('if (usеr.isАdmin) раypal()')).toEqual(['usеr', 'isАdmin', 'раypal']);
  expect(confusables('a = 1\u037e')).toEqual(['\u037e']);
  expect(confusables('ｅval(x)')).toEqual(['ｅ']);
  expect(confusables('Δx μs привет user Ωmega naïve')).toEqual([]);
  expect(misleads('usеr')).toBe(true);
});

it('knows a text of which nothing can be seen', () => {
  expect(['', '  ', '\u200b\u200b', '\u2800', '\u3164', '\u202e \u00ad'].map(isVisible)).toEqual(Array(6).fill(false));
  expect(['a', '\u200ba', '😀', '\u202eevil'].map(isVisible)).toEqual(Array(4).fill(true));
});

it('of several lines leaves their ends where they are', () => {
  const shownLines = piecesOfLines('one\n\u202etwo\r\nth\u200bree\n').map(({ text, hidden }) => hidden ?? text);
  expect(shownLines.join('')).toBe('one\nU+202Etwo\r\nthU+200Bree\n');
});

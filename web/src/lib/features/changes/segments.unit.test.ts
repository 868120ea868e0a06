import { expect, test } from 'vitest';
import { languageOf, lexLine } from './lexer.ts';
import { segmentsOf } from './segments.ts';

test('what cannot be seen stands there by its name, and is cut from what surrounds it', () => {
  const segments = segmentsOf('if (a\u202e) {', [{ kind: 'keyword', start: 0, end: 2 }], null);
  expect(segments.map(({ text, hidden, kind }) => hidden ?? `${kind ?? ''}:${text}`)).toEqual([
    'keyword:if',
    ': (a',
    'U+202E',
    ':) {',
  ]);
});

test('a word of two alphabets is marked, with the colour it has', () => {
  const [word, rest] = segmentsOf('usеr()', [{ kind: 'name', start: 0, end: 4 }], [{ start: 0, end: 6 }]);
  expect(word).toEqual({ text: 'usеr', kind: 'name', changed: true, hidden: null, lookalike: true });
  expect(rest).toMatchObject({ text: '()', kind: null, changed: true, lookalike: false });
});

test('the pieces together are the line', () => {
  const text = 'const x = "a\u200b" /* b\u2066 */ + usеr';
  expect(
    segmentsOf(text, [], [{ start: 3, end: 12 }])
      .map((segment) => segment.text)
      .join(''),
  ).toBe(text);
});

test('a line of 20,000 tokens takes no time to speak of', () => {
  const text = 'f(1);'.repeat(20_000);
  const language = languageOf('a.js');
  if (language === null) throw new Error('JavaScript is known');
  const from = performance.now();
  const { tokens } = lexLine(text, language, null);
  expect(segmentsOf(text, tokens, null).length).toBeGreaterThan(40_000);
  expect(performance.now() - from).toBeLessThan(1_500);
});

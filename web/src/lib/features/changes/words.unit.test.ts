import { expect, test } from 'vitest';
import { type Span, wordDiff } from './words.ts';

const parts = (text: string, spans: readonly Span[] | undefined) =>
  spans?.map(({ start, end }) => text.slice(start, end));

test('marks the words that differ', () => {
  const before = "return greet(name, 'Hello');";
  const after = "return greet(name, 'Good evening');";
  const found = wordDiff(before, after);
  expect(parts(before, found?.removed)).toEqual(['Hello']);
  expect(parts(after, found?.added)).toEqual(['Good evening']);
});

test('words of other alphabets are whole words', () => {
  const found = wordDiff('grüße alle Gäste', 'grüße alle Freunde');
  expect(parts('grüße alle Gäste', found?.removed)).toEqual(['Gäste']);
});

test('lines with nothing in common are not marked in parts', () => {
  expect(wordDiff('const a = 1;', '<div class="x">text</div>')).toBeNull();
});

test('a line of thousands of words is left whole rather than slow', () => {
  expect(wordDiff('a '.repeat(5000), 'b '.repeat(5000))).toBeNull();
});

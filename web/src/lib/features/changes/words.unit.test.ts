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

test('one changed word in a line of thousands is found: only what differs is compared', () => {
  const before = `${'a '.repeat(2000)}old ${'b '.repeat(2000)}`;
  const after = before.replace('old', 'new');
  expect(parts(after, wordDiff(before, after)?.added)).toEqual(['new']);
});

test('a part has only so many steps', () => {
  const budget = { steps: 100 };
  expect(wordDiff('a b c x', 'a b c y', budget)).not.toBeNull();
  for (let n = 0; n < 100; n++) wordDiff('a b c x', 'a b c y', budget);
  expect(wordDiff('a b c x', 'a b c y', budget)).toBeNull();
});

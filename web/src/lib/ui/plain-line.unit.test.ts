import { expect, test } from 'vitest';
import { plainLine } from './plain-line.ts';

test.each([
  ['**Why** is `name` _here_?', 'Why is name here?'],
  ['## Heading\n\nand *more*', 'Heading and more'],
  ['> quoted\n> twice\n\n- [x] done\n- open\n1. first', 'quoted twice done open first'],
  ['see [the docs](https://example.org/a "t") and ![a cat](c.png)', 'see the docs and a cat'],
  ['```ts\nconst a = 1;\n```\nafter', 'const a = 1; after'],
  ['a\n\n---\n\nb', 'a b'],
  ['2 * 3 * 4 and snake_case_name and __init__.py', '2 * 3 * 4 and snake_case_name and init.py'],
  ['a < b && c > d', 'a < b && c > d'],
  ['', ''],
])('%j is %j', (markdown, line) => expect(plainLine(markdown)).toBe(line));

test('a line is bounded, and long words of others take no time', () => {
  expect(plainLine('*a'.repeat(100_000)).length).toBeLessThanOrEqual(500);
});

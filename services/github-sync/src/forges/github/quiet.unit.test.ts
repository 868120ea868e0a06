import { expect, it } from 'vitest';
import { quiet } from './quiet.ts';

it.each([
  'Closes #5',
  'fixes: #5',
  'RESOLVED\n#5',
  'close GH-5',
  'Fix team/shop#5',
  'resolve https://github.com/team/shop/issues/5',
  'hello @ada',
  '(@ada)',
  '`@ada`',
])('%s does nothing any more, and reads as before', (text) => {
  expect(quiet(text)).not.toBe(text);
  expect(quiet(text).replaceAll('\u200b', '')).toBe(text);
  expect(quiet(text)).not.toMatch(/\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?)\b|@ada/i);
});

it.each(['It fixes the greeting (#5)', 'ada@example.org', 'a prefix #5', 'disclose #5', 'closes the door'])(
  '%s stays as it is',
  (text) => expect(quiet(text)).toBe(text),
);

import { expect, test } from 'vitest';
import { pageTitle } from './title.ts';

test('the title leads with the count that needs somebody', () => {
  expect(pageTitle('Board', 3)).toBe('(3) Board · Claude Codex');
  expect(pageTitle('Board', 0)).toBe('Board · Claude Codex');
});

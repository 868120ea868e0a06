import { expect, test } from 'vitest';
import { isOwnPath } from './own-path.ts';

test.each(['/', '/tasks/1?x=2', '/attention'])('%s is an address of this site', (path) => {
  expect(isOwnPath(path)).toBe(true);
});

test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)', ''])(
  '%s is not',
  (path) => {
    expect(isOwnPath(path)).toBe(false);
  },
);

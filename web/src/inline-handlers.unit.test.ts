import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = import.meta.dirname;
const WRITTEN_INTO_THE_PAGE = /<(img|iframe|link|script|style|object|embed|body|track)\b[^<]*?\s(onload|onerror)[\s={]/;

it('listens to no load or error by an attribute: the page the server sends may hold no inline script', () => {
  const components = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.svelte'),
  );
  expect(components.length).toBeGreaterThan(50);
  expect(components.filter((name) => WRITTEN_INTO_THE_PAGE.test(readFileSync(join(SOURCES, name), 'utf8')))).toEqual(
    [],
  );
});

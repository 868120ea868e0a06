import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const SOURCES = import.meta.dirname;
const LONE_DASH = /(['"`>])\s*[–—]\s*(['"`<])/;

it('nothing is said with a lone dash: what is not known is left out, or said in words', () => {
  const sources = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(svelte|ts)$/.test(name) && !name.endsWith('.test.ts'),
  );
  expect(sources.length).toBeGreaterThan(100);
  expect(sources.filter((name) => LONE_DASH.test(readFileSync(join(SOURCES, name), 'utf8')))).toEqual([]);
});

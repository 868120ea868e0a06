import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { gitIn } from './lib/git-in.mjs';

const ROOT = join(import.meta.dirname, '..');
/** `[words](path)`, but not an address, an anchor or what a fence shows. */
const LINK = /\]\((?!\w+:|#)([^)#\s]+)(?:#[^)]*)?\)/g;
/** A file of ours by its path from the top, as decisions name them. */
const NAMED = /`((?:services|libs|web|worker|standalone|tools|infra|e2e|bench|demo)\/[\w./-]+\.\w+)`/g;

function missing(path: string): string[] {
  const text = readFileSync(join(ROOT, path), 'utf8').replace(/^```[\s\S]*?^```/gm, '');
  const linked = [...text.matchAll(LINK)].map(([, to = '']) => join(dirname(path), to));
  // A decision that was replaced tells how things were.
  const named = text.includes('replaced by [') ? [] : [...text.matchAll(NAMED)].map(([, to = '']) => to);
  return [...linked, ...named].filter((to) => !existsSync(join(ROOT, to))).map((to) => `${path}: ${to}`);
}

it('what a page leads to is there', () => {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate', '*.md'];
  const pages = gitIn(ROOT, args)
    .split('\n')
    .filter((path) => path !== '' && existsSync(join(ROOT, path)));
  expect(pages.length).toBeGreaterThan(20);
  expect(pages.flatMap(missing)).toEqual([]);
});

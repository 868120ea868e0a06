import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { gitIn } from './lib/git-in.mjs';

const root = join(import.meta.dirname, '..');
const SHIPPED = /^(?:libs|services|worker|standalone|web\/src)\/.*\.(?:ts|svelte)$/;
const FOR_TESTS = /^libs\/testing\/|\.(?:test|fixture|contract)\.ts$/;

/** A cut to a length. One to a place that was searched for (`slice(0, end)`) is none: it cuts where something ends. */
const CUT = /(\S.*?)\??\.(?:slice|substring|substr)\(0, *(?:[\d_]+|[A-Z][A-Z_]+)(?: - 1)?\)/g;

/** What holds no character that could be cut in two: hashes, ids and dates, and lists, which bear plural names. */
const HARMLESS =
  /(?:digest\('hex'\)|[hH]ash|[sS]ha|[hH]ead|blobId|toISOString\(\)|base32\(.*\)|\bat|s|\brun|split\(.*\)|filter\(.*\))$/;

function bareCuts(source: string): string[] {
  const cuts = source.split('\n').flatMap((line) => [...line.matchAll(CUT)].map(([, of = '']) => ({ line, of })));
  return cuts.filter(({ of }) => !HARMLESS.test(of)).map(({ line }) => line.trim());
}

it.each([
  ['const summary = turn.result.slice(0, MAX_SUMMARY);', true],
  ['title: trimmed.slice(0, 200)', true],
  ['(error instanceof Error ? error.message : String(error)).slice(0, 500)', true],
  ['note.substring(0, 5)', true],
  ["createHash('sha256').update(x).digest('hex').slice(0, 16)", false],
  ['branches.slice(0, 20)', false],
  ["stream.slice(0, stream.indexOf('-'))", false],
])('%s', (line, isBare) => expect(bareCuts(line).length > 0).toBe(isBare));

it('texts are cut with cutText, never through the middle of a character', () => {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const paths = gitIn(root, args).split('\n');
  const found = paths
    .filter((path) => SHIPPED.test(path) && !FOR_TESTS.test(path))
    .flatMap((path) => bareCuts(readFileSync(join(root, path), 'utf8')).map((line) => `${path}: ${line}`));
  expect(found).toEqual([]);
});

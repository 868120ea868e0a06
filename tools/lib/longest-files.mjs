import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gitIn } from './git-in.mjs';

const SOURCE = /\.(ts|mjs|cjs|svelte|sql|css|sh)$/;
const GENERATED = /(^|\/)(generated|golden)\//;

/**
 * Looks for source files that ask for a split.
 * @param {string} root
 * @param {{ most: number, known?: readonly string[] }} options lines above which it is an error, and files that were longer
 *   before it was one: the list can only become shorter
 * @returns {string | null} the files that are too long, or null
 */
export function longestFiles(root, { most, known = [] }) {
  const listed = gitIn(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard']);
  const files = listed
    .split('\0')
    .filter((path) => SOURCE.test(path) && !GENERATED.test(path) && existsSync(join(root, path)))
    .map((path) => ({ path, lines: readFileSync(join(root, path), 'utf8').split('\n').length - 1 }))
    .sort((a, b) => b.lines - a.lines);
  const [longest] = files;
  if (longest) process.stdout.write(`       longest source file: ${longest.path}, ${longest.lines} lines\n`);
  const tooLong = files.filter(({ lines }) => lines > most);
  const words = [
    ...tooLong
      .filter(({ path }) => !known.includes(path))
      .map(({ path, lines }) => `${path}: ${lines} lines; split it, ${most} is the most`),
    ...known
      .filter((path) => !tooLong.some((long) => long.path === path))
      .map((path) => `${path}: short enough now; take it off the list in tools/check.ts`),
  ];
  return words.length === 0 ? null : words.join('\n');
}

import { readFileSync } from 'node:fs';

const BEFORE_KEY = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*\n\s*(\w+):/g;

/**
 * Doc comments in front of the keys of a source file, by key. Zod schemas carry no comments at run time, and saying
 * everything twice (`.describe`) would let the two drift apart.
 */
export function keyComments(path: string): Map<string, string> {
  const source = readFileSync(path, 'utf8');
  return new Map(
    [...source.matchAll(BEFORE_KEY)].map(([, comment = '', key = '']) => [
      key,
      comment.replaceAll(/\s*\n\s*\*?\s*/g, ' ').trim(),
    ]),
  );
}

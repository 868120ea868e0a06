import { canonicalJson } from '../canonical-json.ts';

/** Equality of plain data as it would be stored: key order and `undefined` do not count. */
export function sameData(a: unknown, b: unknown): boolean {
  return canonicalJson(a) === canonicalJson(b);
}

import { isDeepStrictEqual } from 'node:util';

/**
 * The value of before when it says the same, so that nothing is written or sent for it. Not by identity and not by its text:
 * what was read from a row is an object of its own, with its keys in the order of the database.
 */
export function unlessSame<Value>(now: Value, before: Value | undefined): Value {
  return before !== undefined && isDeepStrictEqual(now, before) ? before : now;
}

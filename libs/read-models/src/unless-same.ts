import { canonicalJson } from '@claude-codex/eventing/canonical-json';

/**
 * The value of before when it says the same, so that nothing is written or sent for it. Not by identity and not by its plain
 * text: what was read from a row is an object of its own, with its keys in the order of the database.
 */
export function unlessSame<Value>(now: Value, before: Value | undefined): Value {
  return before !== undefined && canonicalJson(now) === canonicalJson(before) ? before : now;
}

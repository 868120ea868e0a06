import { cleanTexts, isCleanText } from '@claude-codex/contracts/text';
import { Problem } from './problem.ts';

/** Deeper than any document of ours, far below what makes a recursive reader fall over. */
const MAX_DEPTH = 64;
const FORBIDDEN_KEYS = new Set(['__proto__']);
/** In valid JSON every quote opens or closes a string, so this finds exactly the strings; a colon makes it a key. */
const STRINGS = /"(?:[^"\\]|\\.)*"\s*(:?)/g;

/**
 * What becomes of a NUL or half a character, which no store takes: a program is told; a model, which hardly knows how
 * it came to write one, is understood without it.
 */
export type BrokenText = 'refused' | 'cleaned';

/**
 * Parses a JSON body and refuses what JSON.parse lets through but no honest client sends: duplicate keys, `__proto__`,
 * broken text, and nesting made to exhaust a stack.
 */
export function parseJsonBody(text: string, brokenText: BrokenText = 'refused'): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem('MALFORMED_JSON', { detail: 'The body is not valid JSON.', cause });
  }
  const keys = inspect(value, brokenText === 'refused' ? checkText : () => undefined);
  if (countKeys(text) !== keys) {
    throw new Problem('DUPLICATE_FIELD', { detail: 'A field appears twice in one object of the body.' });
  }
  return brokenText === 'refused' ? value : cleanTexts(value);
}

/** Walks without recursion and returns how many keys there are. */
function inspect(root: unknown, check: (text: string) => void): number {
  let keys = 0;
  const pending: { value: unknown; depth: number }[] = [{ value: root, depth: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, depth } = next;
    if (typeof value === 'string') check(value);
    if (value === null || typeof value !== 'object') continue;
    if (depth > MAX_DEPTH) {
      throw new Problem('TOO_DEEP', { detail: `The body is nested deeper than ${MAX_DEPTH} levels.` });
    }
    for (const [key, child] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        keys += 1;
        check(key);
        checkKey(key);
      }
      pending.push({ value: child, depth: depth + 1 });
    }
  }
  return keys;
}

function checkKey(key: string): void {
  if (FORBIDDEN_KEYS.has(key)) {
    throw new Problem('UNKNOWN_FIELD', { detail: `The field name ${key} is not allowed.` });
  }
}

function checkText(text: string): void {
  if (!isCleanText(text)) {
    throw new Problem('INVALID_TEXT', {
      detail: 'A text in the body holds a NUL character or half of a surrogate pair; send well-formed Unicode.',
    });
  }
}

function countKeys(text: string): number {
  let count = 0;
  for (const match of text.matchAll(STRINGS)) if (match[1] === ':') count += 1;
  return count;
}

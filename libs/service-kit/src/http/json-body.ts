import { cleanTexts, isCleanText } from '@claude-codex/contracts/text';
import { Problem } from './problem.ts';

/** Deeper than any document of ours, far below what makes a recursive reader fall over. */
const MAX_DEPTH = 64;
/** More than any document of ours. A megabyte of `[],[],…` would hold 350,000, and the event loop for 800 ms. */
const MAX_VALUES = 20_000;
const [QUOTE, COLON, COMMA, BACKSLASH] = [0x22, 0x3a, 0x2c, 0x5c];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];
const FORBIDDEN_KEYS = new Set(['__proto__']);

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
  const keysWritten = measure(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new Problem('MALFORMED_JSON', { detail: 'The body is not valid JSON.', cause });
  }
  const keys = inspect(value, brokenText === 'refused' ? checkText : () => undefined);
  if (keysWritten !== keys) {
    throw new Problem('DUPLICATE_FIELD', { detail: 'A field appears twice in one object of the body.' });
  }
  return brokenText === 'refused' ? value : cleanTexts(value);
}

/** Walks without recursion and returns how many keys there are. */
function inspect(root: unknown, check: (text: string) => void): number {
  let keys = 0;
  const pending: unknown[] = [root];
  while (pending.length > 0) {
    const value = pending.pop();
    if (typeof value === 'string') check(value);
    if (value === null || typeof value !== 'object') continue;
    for (const [key, child] of Object.entries(value)) {
      if (!Array.isArray(value)) {
        keys += 1;
        check(key);
        checkKey(key);
      }
      pending.push(child);
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

/**
 * Looks at every character once, before anything is made of them, and gives how many keys there are: in valid JSON every
 * colon outside a string follows one.
 * @throws Problem TOO_DEEP, BODY_TOO_LARGE
 */
function measure(text: string): number {
  let keys = 0;
  let values = 1;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COLON:
        keys += 1;
        break;
      case COMMA:
        values += 1;
        break;
      case OPEN_BRACKET:
      case OPEN_BRACE:
        depth += 1;
        values += 1;
        if (depth > MAX_DEPTH) {
          throw new Problem('TOO_DEEP', { detail: `The body is nested deeper than ${MAX_DEPTH} levels.` });
        }
        break;
      case CLOSE_BRACKET:
      case CLOSE_BRACE:
        depth -= 1;
        break;
    }
    if (values > MAX_VALUES) {
      throw new Problem('BODY_TOO_LARGE', { detail: `The body holds more than ${MAX_VALUES} values.` });
    }
  }
  return keys;
}

/** Where the string that begins at `from` ends; the end of the text when it does not. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) return at;
    if (code === BACKSLASH) at += 1;
  }
  return text.length;
}

/** What no store of text takes: U+0000, and half of a surrogate pair. */
const BROKEN = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const REPLACEMENT = '\ufffd';

/** Whether a store of text takes it as it is. */
export function isCleanText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0');
}

/**
 * The text with each character that cannot be stored shown as U+FFFD. For what comes in from outside: a model, an
 * agent's commands and a terminal write what they like, and Postgres refuses a whole event for one such character.
 */
export function cleanText(text: string): string {
  return isCleanText(text) ? text : text.replaceAll(BROKEN, REPLACEMENT);
}

/** The same for every string inside a JSON value, keys included; the value itself when there was nothing to clean. */
export function cleanTexts<Value>(value: Value): Value {
  return cleaned(value) as Value;
}

function cleaned(value: unknown): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) {
    const items = value.map(cleaned);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const entries = Object.entries(value);
  const clean = entries.map(([key, item]) => [cleanText(key), cleaned(item)] as const);
  const same = clean.every(([key, item], index) => key === entries[index]?.[0] && item === entries[index]?.[1]);
  return same ? value : Object.fromEntries(clean);
}

/**
 * The beginning of a text, at most `most` long as `String.length` and every limit of ours count, and never with half a
 * character at its end: half an emoji is a text that no store takes.
 */
export function cutText(text: string, most: number): string {
  if (text.length <= most) return text;
  const end = isPair(text, most - 1) ? most - 1 : most;
  return text.slice(0, end);
}

/** Whether the character at `index` is the first half of a pair. */
function isPair(text: string, index: number): boolean {
  return (text.codePointAt(index) ?? 0) > 0xffff;
}

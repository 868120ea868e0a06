/** A span of characters, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Words, runs of blanks, and single other characters: what a reader sees as one thing. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

const TOO_LONG = 400;

/**
 * Which parts of two versions of a line differ. Null when they have so little in common that marking parts would only
 * distract: then the whole line is the change.
 */
export function wordDiff(before: string, after: string): { removed: Span[]; added: Span[] } | null {
  const a = words(before);
  const b = words(after);
  if (a.length > TOO_LONG || b.length > TOO_LONG) return null;
  const { keptA, keptB } = common(a, b);
  const shared = a.reduce((sum, word, index) => sum + (keptA[index] && word.trim() !== '' ? word.length : 0), 0);
  if (shared < Math.max(before.trim().length, after.trim().length) * 0.3) return null;
  return { removed: spans(a, keptA), added: spans(b, keptB) };
}

/** Longest common subsequence by dynamic programming; the limit above keeps the table small. */
export function common(a: readonly string[], b: readonly string[]): { keptA: boolean[]; keptB: boolean[] } {
  const width = b.length + 1;
  const table = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const at = i * width + j;
      table[at] =
        a[i] === b[j] ? (table[at + width + 1] ?? 0) + 1 : Math.max(table[at + width] ?? 0, table[at + 1] ?? 0);
    }
  }
  const keptA = new Array<boolean>(a.length).fill(false);
  const keptB = new Array<boolean>(b.length).fill(false);
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const at = i * width + j;
    if (a[i] === b[j]) {
      keptA[i++] = true;
      keptB[j++] = true;
    } else if ((table[at + width] ?? 0) >= (table[at + 1] ?? 0)) i++;
    else j++;
  }
  return { keptA, keptB };
}

function spans(parts: readonly string[], kept: readonly boolean[]): Span[] {
  const found: Span[] = [];
  let at = 0;
  for (const [index, part] of parts.entries()) {
    const last = found.at(-1);
    if (!kept[index]) {
      if (last?.end === at) found[found.length - 1] = { start: last.start, end: at + part.length };
      else found.push({ start: at, end: at + part.length });
    }
    at += part.length;
  }
  return found;
}

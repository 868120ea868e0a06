/** A span of characters, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Words, runs of blanks, and single other characters: what a reader sees as one thing. */
function words(text: string): string[] {
  return text.match(/[\p{L}\p{N}_]+|\s+|[^\p{L}\p{N}_\s]/gu) ?? [];
}

/** Steps one pair of lines may take, once what they begin and end with alike is set aside. */
const TOO_MANY_STEPS = 40_000;

export interface WordDiff {
  readonly removed: Span[];
  readonly added: Span[];
}

/**
 * Which parts of two versions of a line differ. Null when they have so little in common that marking parts would only
 * distract: then the whole line is the change. `budget` is what a whole part may take, and is used up.
 */
export function wordDiff(before: string, after: string, budget = { steps: TOO_MANY_STEPS }): WordDiff | null {
  if (budget.steps <= 0) return null;
  const a = words(before);
  const b = words(after);
  const steps = stepsOf(a, b);
  budget.steps -= steps;
  if (steps > TOO_MANY_STEPS || budget.steps < 0) return null;
  const { keptA, keptB } = commonWords(a, b);
  const shared = a.reduce((sum, word, index) => sum + (keptA[index] && word.trim() !== '' ? word.length : 0), 0);
  if (shared < Math.max(before.trim().length, after.trim().length) * 0.3) return null;
  return { removed: spans(a, keptA), added: spans(b, keptB) };
}

function alike(a: readonly string[], b: readonly string[]): { start: number; end: number } {
  const shorter = Math.min(a.length, b.length);
  let start = 0;
  while (start < shorter && a[start] === b[start]) start++;
  let end = 0;
  while (end < shorter - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
  return { start, end };
}

function stepsOf(a: readonly string[], b: readonly string[]): number {
  const { start, end } = alike(a, b);
  return (a.length - start - end) * (b.length - start - end) + a.length + b.length;
}

function commonWords(a: readonly string[], b: readonly string[]): { keptA: boolean[]; keptB: boolean[] } {
  const { start, end } = alike(a, b);
  const inner = common(a.slice(start, a.length - end), b.slice(start, b.length - end));
  const whole = (kept: boolean[]) => [...Array<boolean>(start).fill(true), ...kept, ...Array<boolean>(end).fill(true)];
  return { keptA: whole(inner.keptA), keptB: whole(inner.keptB) };
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

import type { DiffLine, DiffPart } from '@claude-codex/contracts';
import { common, type Span, wordDiff } from './words.ts';

type PlacedLine = DiffLine & { readonly at: number };
export interface Line extends PlacedLine {
  /** Unique in its part. */
  readonly key: string;
  readonly hunk: number;
  /** What changed within the line, when it has a counterpart. */
  readonly words: readonly Span[] | null;
}
export type Row = (
  | { readonly kind: 'line'; readonly line: Line }
  | { readonly kind: 'pair'; readonly left: Line | null; readonly right: Line | null }
  | { readonly kind: 'gap'; readonly skipped: number; readonly section: string }
  | { readonly kind: 'fold'; readonly lines: readonly Line[] }
) & {
  readonly key: string;
  /** Which line of the part it begins with, counted before anything was folded or left out. */
  readonly at: number;
  /** A run of changed lines begins here. */
  readonly starts: boolean;
};
type Bare = Row extends infer R ? (R extends Row ? Omit<R, 'starts'> : never) : never;

/** Unchanged lines kept on each side of a fold. */
const KEEP = 4;
const FOLD_FROM = 2 * KEEP + 6;

/** Steps that comparing words may take in one part: some 30 ms. */
const WORD_STEPS = 2_000_000;

/** The lines of a part's hunks with word differences, and, if asked for, without changes that are only whitespace. */
export function linesOf({ hunks }: Pick<DiffPart, 'hunks'>, ignoreWhitespace: boolean): Line[][] {
  const budget = { steps: WORD_STEPS };
  let at = 0;
  return hunks.map((hunk, index) => {
    const placed = hunk.lines.map((line) => ({ ...line, at: at++ }));
    return withWords(ignoreWhitespace ? withoutWhitespaceChanges(placed) : placed, index, budget);
  });
}

function withWords(lines: readonly PlacedLine[], hunk: number, budget: { steps: number }): Line[] {
  const result: Line[] = lines.map((line) => ({ ...line, hunk, key: String(line.at), words: null }));
  for (const block of changeBlocks(lines)) {
    const pairs = Math.min(block.removed.length, block.added.length);
    for (let n = 0; n < pairs; n++) {
      const from = block.removed[n];
      const to = block.added[n];
      const before = from === undefined ? undefined : result[from];
      const after = to === undefined ? undefined : result[to];
      if (before === undefined || after === undefined || from === undefined || to === undefined) continue;
      const difference = wordDiff(before.text, after.text, budget);
      if (difference === null) continue;
      result[from] = { ...before, words: difference.removed };
      result[to] = { ...after, words: difference.added };
    }
  }
  return result;
}

/** Runs of removed lines followed by added ones, as indexes. */
function changeBlocks(lines: readonly DiffLine[]): { removed: number[]; added: number[] }[] {
  const blocks: { removed: number[]; added: number[] }[] = [];
  let block: { removed: number[]; added: number[] } | null = null;
  for (const [index, line] of lines.entries()) {
    if (line.kind === 'context') block = null;
    else {
      if (block === null || (line.kind === 'removed' && block.added.length > 0)) {
        block = { removed: [], added: [] };
        blocks.push(block);
      }
      block[line.kind].push(index);
    }
  }
  return blocks;
}

/** Lines that differ by blanks alone become context, shown as they are now. */
export function withoutWhitespaceChanges<L extends DiffLine>(lines: readonly L[]): L[] {
  const squeeze = (line: L | undefined) => (line?.text ?? '').replace(/\s+/g, '');
  const drop = new Set<number>();
  const replaced = new Map<number, L>();
  for (const block of changeBlocks(lines)) {
    const { keptA, keptB } = common(
      block.removed.map((index) => squeeze(lines[index])),
      block.added.map((index) => squeeze(lines[index])),
    );
    const before = block.removed.filter((_, index) => keptA[index]);
    const after = block.added.filter((_, index) => keptB[index]);
    for (const [n, from] of before.entries()) {
      const to = after[n];
      const old = lines[from];
      const now = to === undefined ? undefined : lines[to];
      if (to === undefined || old === undefined || now === undefined) continue;
      drop.add(from);
      replaced.set(to, { ...now, kind: 'context', oldLine: old.oldLine });
    }
  }
  return lines.map((line, index) => replaced.get(index) ?? line).filter((_, index) => !drop.has(index));
}

/** Rows of a part: gaps between hunks, folds in long unchanged stretches, and its lines, in one or two columns. */
export function rowsOf(
  part: Pick<DiffPart, 'part' | 'hunks'>,
  hunks: readonly Line[][],
  split: boolean,
  unfolded: ReadonlySet<string>,
): Row[] {
  const rows: Bare[] = [];
  for (const [index, lines] of hunks.entries()) {
    const hunk = part.hunks[index];
    if (hunk === undefined) continue;
    const at = lines[0]?.at ?? 0;
    const isFirst = part.part === 0 && index === 0;
    if (!hunk.continued && (hunk.skipped > 0 || !isFirst))
      rows.push({ kind: 'gap', key: `gap${index}`, at, skipped: hunk.skipped, section: hunk.section });
    for (const piece of foldContext(lines, unfolded)) {
      if (piece.kind === 'fold') rows.push({ ...piece, at: piece.lines[0]?.at ?? at });
      else if (split) rows.push(...pairRows(piece.lines));
      else rows.push(...piece.lines.map((line): Bare => ({ kind: 'line', key: line.key, at: line.at, line })));
    }
  }
  return rows.map((row, index) => ({ ...row, starts: isChange(row) && !isChange(rows[index - 1]) }));
}

function isChange(row: Bare | undefined): boolean {
  if (row?.kind === 'line') return row.line.kind !== 'context';
  return row?.kind === 'pair' && row.left !== row.right;
}

type Part = { kind: 'lines'; lines: Line[] } | { kind: 'fold'; key: string; lines: Line[] };

function foldContext(lines: readonly Line[], unfolded: ReadonlySet<string>): Part[] {
  const parts: Part[] = [];
  let at = 0;
  while (at < lines.length) {
    const context = lines[at]?.kind === 'context';
    let end = at;
    while (end < lines.length && (lines[end]?.kind === 'context') === context) end++;
    const run = lines.slice(at, end);
    const key = `fold${run[0]?.key ?? ''}`;
    if (context && run.length >= FOLD_FROM && !unfolded.has(key)) {
      parts.push({ kind: 'lines', lines: run.slice(0, KEEP) });
      parts.push({ kind: 'fold', key, lines: run.slice(KEEP, -KEEP) });
      parts.push({ kind: 'lines', lines: run.slice(-KEEP) });
    } else parts.push({ kind: 'lines', lines: run });
    at = end;
  }
  // Pairs of removed and added lines must stay in one part.
  return parts;
}

function pairRows(lines: readonly Line[]): Bare[] {
  const rows: Bare[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line === undefined) break;
    if (line.kind === 'context') {
      rows.push({ kind: 'pair', key: line.key, at: line.at, left: line, right: line });
      at++;
      continue;
    }
    const removed: Line[] = [];
    const added: Line[] = [];
    for (let next = lines[at]; next?.kind === 'removed'; next = lines[++at]) removed.push(next);
    for (let next = lines[at]; next?.kind === 'added'; next = lines[++at]) added.push(next);
    for (let n = 0; n < Math.max(removed.length, added.length); n++) {
      const left = removed[n] ?? null;
      const right = added[n] ?? null;
      const key = `${left?.key ?? ''}|${right?.key ?? ''}`;
      rows.push({ kind: 'pair', key, at: (left ?? right)?.at ?? 0, left, right });
    }
  }
  return rows;
}

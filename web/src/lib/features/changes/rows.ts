import type { DiffFile, DiffHunk, DiffLine } from '@claude-codex/contracts';
import { common, type Span, wordDiff } from './words.ts';

export interface Line extends DiffLine {
  /** Unique in the file. */
  readonly key: string;
  readonly hunk: number;
  /** What changed within the line, when it has a counterpart. */
  readonly words: readonly Span[] | null;
}
export type Row =
  | { readonly kind: 'line'; readonly key: string; readonly line: Line }
  | { readonly kind: 'pair'; readonly key: string; readonly left: Line | null; readonly right: Line | null }
  | {
      readonly kind: 'gap';
      readonly key: string;
      readonly hunk: number;
      readonly skipped: number;
      readonly section: string;
    }
  | { readonly kind: 'fold'; readonly key: string; readonly lines: readonly Line[] };

/** Unchanged lines kept on each side of a fold. */
const KEEP = 4;
const FOLD_FROM = 2 * KEEP + 6;

/** The lines of a file's hunks with word differences, and, if asked for, without changes that are only whitespace. */
export function linesOf(file: DiffFile, ignoreWhitespace: boolean): Line[][] {
  return file.hunks.map((hunk, index) => {
    const lines = ignoreWhitespace ? withoutWhitespaceChanges(hunk.lines) : hunk.lines;
    return withWords(lines, index);
  });
}

function withWords(lines: readonly DiffLine[], hunk: number): Line[] {
  const result: Line[] = lines.map((line, index) => ({ ...line, hunk, key: `${hunk}.${index}`, words: null }));
  for (const block of changeBlocks(lines)) {
    const pairs = Math.min(block.removed.length, block.added.length);
    for (let n = 0; n < pairs; n++) {
      const from = block.removed[n];
      const to = block.added[n];
      const before = from === undefined ? undefined : result[from];
      const after = to === undefined ? undefined : result[to];
      if (before === undefined || after === undefined || from === undefined || to === undefined) continue;
      const difference = wordDiff(before.text, after.text);
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
export function withoutWhitespaceChanges(lines: readonly DiffLine[]): DiffLine[] {
  const squeeze = (line: DiffLine | undefined) => (line?.text ?? '').replace(/\s+/g, '');
  const drop = new Set<number>();
  const replaced = new Map<number, DiffLine>();
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
      replaced.set(to, { kind: 'context', oldLine: old.oldLine, newLine: now.newLine, text: now.text });
    }
  }
  return lines.map((line, index) => replaced.get(index) ?? line).filter((_, index) => !drop.has(index));
}

/** Rows of a file: gaps between hunks, folds in long unchanged stretches, and its lines, in one or two columns. */
export function rowsOf(file: DiffFile, hunks: readonly Line[][], split: boolean, unfolded: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  let previousEnd = 0;
  for (const [index, lines] of hunks.entries()) {
    const hunk = file.hunks[index];
    if (hunk === undefined) continue;
    const skipped = Math.max(0, hunk.newStart - 1 - previousEnd);
    if (skipped > 0 || index > 0)
      rows.push({ kind: 'gap', key: `gap${index}`, hunk: index, skipped, section: hunk.section });
    previousEnd = endOf(hunk);
    for (const part of foldContext(lines, unfolded)) {
      if (part.kind === 'fold') rows.push(part);
      else if (split) rows.push(...pairRows(part.lines));
      else rows.push(...part.lines.map((line): Row => ({ kind: 'line', key: line.key, line })));
    }
  }
  return rows;
}

function endOf(hunk: DiffHunk): number {
  return hunk.newStart - 1 + hunk.newLines;
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

function pairRows(lines: readonly Line[]): Row[] {
  const rows: Row[] = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    if (line === undefined) break;
    if (line.kind === 'context') {
      rows.push({ kind: 'pair', key: line.key, left: line, right: line });
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
      rows.push({ kind: 'pair', key: `${left?.key ?? ''}|${right?.key ?? ''}`, left, right });
    }
  }
  return rows;
}

import type { DiffPart } from '@claude-codex/contracts';
import type { Token } from './lexer.ts';
import { type Line, linesOf, type Row, rowsOf } from './rows.ts';
import { highlight } from './segments.ts';

interface Options {
  readonly split: boolean;
  readonly ignoreWhitespace: boolean;
}
type Lexer = typeof import('./lexer.ts');

/** What was made of a part, for as long as the part is kept: its blocks come into sight one after the other. */
const lines = new WeakMap<DiffPart, Map<boolean, Line[][]>>();
const tokens = new WeakMap<DiffPart, Map<boolean, ReadonlyMap<string, readonly Token[]>>>();
const rows = new WeakMap<DiffPart, { key: string; rows: Row[] }>();

/** The rows of one block: those that begin with one of its lines. */
export function rowsIn(
  part: DiffPart,
  { from, to }: { from: number; to: number },
  { split, ignoreWhitespace }: Options,
  unfolded: ReadonlySet<string>,
): Row[] {
  const key = [split, ignoreWhitespace, ...unfolded].join(' ');
  let known = rows.get(part);
  if (known?.key !== key) {
    known = { key, rows: rowsOf(part, hunksOf(part, ignoreWhitespace), split, unfolded) };
    rows.set(part, known);
  }
  return known.rows.filter(({ at }) => at >= from && at < to);
}

export function tokensOf(part: DiffPart, ignoreWhitespace: boolean, lexer: Lexer) {
  return remembered(tokens, part, ignoreWhitespace, () => highlight(part.path, hunksOf(part, ignoreWhitespace), lexer));
}

function hunksOf(part: DiffPart, ignoreWhitespace: boolean): Line[][] {
  return remembered(lines, part, ignoreWhitespace, () => linesOf(part, ignoreWhitespace));
}

function remembered<Value>(
  memory: WeakMap<DiffPart, Map<boolean, Value>>,
  part: DiffPart,
  key: boolean,
  make: () => Value,
): Value {
  const known = memory.get(part) ?? new Map<boolean, Value>();
  memory.set(part, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  const made = make();
  known.set(key, made);
  return made;
}

import type { DiffLine, DiffPart } from '@claude-codex/contracts';
import { describe, expect, test } from 'vitest';
import { rowsIn } from './part-rows.ts';
import { linesOf, type Row, rowsOf, withoutWhitespaceChanges } from './rows.ts';

/** Lines of a hunk written as in a patch. */
function patch(text: string, oldStart = 1, newStart = 1): DiffLine[] {
  let oldLine = oldStart;
  let newLine = newStart;
  return text.split('\n').map((row) => {
    const body = row.slice(1);
    if (row.startsWith('+')) return { kind: 'added', oldLine: null, newLine: newLine++, text: body };
    if (row.startsWith('-')) return { kind: 'removed', oldLine: oldLine++, newLine: null, text: body };
    return { kind: 'context', oldLine: oldLine++, newLine: newLine++, text: body };
  });
}

function partOf(...hunks: { start: number; lines: DiffLine[] }[]): DiffPart {
  let end = 0;
  return {
    path: 'a.js',
    part: 0,
    hunks: hunks.map(({ start, lines }) => {
      const skipped = start - 1 - end;
      const newLines = lines.filter((line) => line.kind !== 'removed').length;
      end = start - 1 + newLines;
      const oldLines = lines.filter((line) => line.kind !== 'added').length;
      const numbers = { oldStart: start, oldLines, newStart: start, newLines };
      return { ...numbers, section: 'function f()', skipped, continued: false, lines };
    }),
  };
}

const rows = (part: DiffPart, split = false, unfolded: string[] = []): Row[] =>
  rowsOf(part, linesOf(part, false), split, new Set(unfolded));

describe('unified', () => {
  test('every line of the hunk is a row of its own', () => {
    const file = partOf({ start: 1, lines: patch(' a\n-b\n+c\n d') });
    expect(rows(file).map((row) => (row.kind === 'line' ? row.line.text : row.kind))).toEqual(['a', 'b', 'c', 'd']);
  });

  test('the space between hunks says how much is left out', () => {
    const file = partOf({ start: 5, lines: patch(' a\n+b', 5, 5) }, { start: 40, lines: patch(' c\n-d', 40, 40) });
    const gaps = rows(file).filter((row) => row.kind === 'gap');
    expect(gaps.map((gap) => gap.skipped)).toEqual([4, 33]);
  });

  test('keys are unique, whatever is folded', () => {
    const long = Array.from({ length: 40 }, (_, n) => ` line ${n}`).join('\n');
    const file = partOf({ start: 1, lines: patch(`+x\n${long}\n+y`) });
    const keys = rows(file).map((row) => row.key);
    expect(new Set(keys).size).toBe(keys.length);
  });
});

test('a run of changed lines begins once, and not where its hunk only goes on', () => {
  const part = partOf({ start: 1, lines: patch(' a\n-b\n-c\n+d\n e\n+f') });
  expect(rows(part).map((row) => row.starts)).toEqual([false, true, false, false, false, true]);
  expect(rows(part, true).map((row) => row.starts)).toEqual([false, true, false, false, true]);
  const [hunk] = part.hunks;
  const next = { ...part, part: 1, hunks: hunk === undefined ? [] : [{ ...hunk, continued: true }] };
  expect(rows(next).some((row) => row.kind === 'gap')).toBe(false);
});

test('blocks of a part hold each of its rows once, in either layout, with and without whitespace', () => {
  const text = Array.from({ length: 90 }, (_, n) => (n % 5 === 0 ? `-a ${n}\n+a  ${n}` : ` b ${n}`)).join('\n');
  const part = partOf({ start: 3, lines: patch(text, 3, 3) });
  for (const split of [false, true]) {
    for (const ignoreWhitespace of [false, true]) {
      const options = { split, ignoreWhitespace };
      const blocks = [0, 40, 80].flatMap((from) => rowsIn(part, { from, to: from + 40 }, options, new Set()));
      const whole = rowsOf(part, linesOf(part, ignoreWhitespace), split, new Set());
      expect(blocks.map(({ key }) => key)).toEqual(whole.map(({ key }) => key));
    }
  }
});

describe('long unchanged stretches', () => {
  const long = Array.from({ length: 40 }, (_, n) => ` line ${n}`).join('\n');
  const file = partOf({ start: 1, lines: patch(`+x\n${long}\n+y`) });

  test('are folded to four lines on each side', () => {
    const fold = rows(file).find((row) => row.kind === 'fold');
    expect(fold?.lines).toHaveLength(32);
    expect(rows(file)).toHaveLength(2 + 8 + 1);
  });

  test('and whole again when opened', () => {
    const key = rows(file).find((row) => row.kind === 'fold')?.key ?? '';
    expect(rows(file, false, [key])).toHaveLength(42);
  });
});

describe('split', () => {
  test('pairs removed with added lines and leaves the rest one-sided', () => {
    const file = partOf({ start: 1, lines: patch(' a\n-b\n-c\n+d\n e') });
    const pairs = rows(file, true).map((row) => (row.kind === 'pair' ? [row.left?.text, row.right?.text] : row.kind));
    expect(pairs).toEqual([
      ['a', 'a'],
      ['b', 'd'],
      ['c', undefined],
      ['e', 'e'],
    ]);
  });

  test('added lines before removed ones stay in their order', () => {
    const file = partOf({ start: 1, lines: patch('+a\n-b\n+c') });
    const pairs = rows(file, true).map((row) => (row.kind === 'pair' ? [row.left?.text, row.right?.text] : row.kind));
    expect(pairs).toEqual([
      [undefined, 'a'],
      ['b', 'c'],
    ]);
  });
});

describe('without whitespace changes', () => {
  test('a line that was only indented is unchanged, with both numbers', () => {
    const lines = withoutWhitespaceChanges(patch('-if (x) {\n-  y();\n+  if (x) {\n+    y();\n+    z();'));
    expect(lines.map((line) => [line.kind, line.oldLine, line.newLine])).toEqual([
      ['context', 1, 1],
      ['context', 2, 2],
      ['added', null, 3],
    ]);
  });

  test('real changes stay', () => {
    expect(withoutWhitespaceChanges(patch('-a\n+b')).map((line) => line.kind)).toEqual(['removed', 'added']);
  });
});

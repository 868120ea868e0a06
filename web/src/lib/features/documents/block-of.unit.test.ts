import { describe, expect, it } from 'vitest';
import { blockOf, keysOf, quoteOf } from './block-of.ts';

const blocks = (source: string) => {
  let line = 1;
  return source.split('\n\n').map((raw) => {
    const startLine = line;
    line += raw.split('\n').length + 1;
    return { startLine, raw };
  });
};
const PLAN = blocks('# Plan\n\nOne.\n\nTwo.\n\nThree.\n\nOne.');
const said = (index: number) => {
  const { startLine = 0, raw = '' } = PLAN[index] ?? {};
  return { startLine, endLine: startLine, quote: quoteOf({ startLine, raw }) };
};

describe('what is said of a part of a document', () => {
  it('stands where it was said', () => {
    for (const [index, block] of PLAN.entries()) expect(blockOf(PLAN, said(index))).toBe(block);
  });

  it('goes along with the words when an edit moves them', () => {
    const edited = blocks('# A line of its own\n\n# Plan\n\nOne.\n\nTwo.\n\nThree.\n\nOne.');
    expect(PLAN.map((_, index) => blockOf(edited, said(index))?.startLine)).toEqual([3, 5, 7, 9, 11]);
  });

  it('stays on its lines when the words are gone, and on the last part when the lines are gone too', () => {
    const edited = blocks('# Plan\n\nOne.\n\nFour.');
    expect(blockOf(edited, said(2))?.raw).toBe('Four.');
    expect(blockOf(edited, { startLine: 40, endLine: 40, quote: '' })?.raw).toBe('Four.');
    expect(blockOf([], said(2))).toBeNull();
  });

  it('names parts that say the same apart', () => {
    expect(new Set(keysOf(PLAN)).size).toBe(5);
  });
});

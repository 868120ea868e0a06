import type { ForgeCheck } from '@claude-codex/contracts/pull-request/events';

/** What is another one each time the same thing fails, in this order. Paths keep their last part. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what colours a terminal begins with one.
  [/\u001b\[[\d;]*[A-Za-z]/g, ''],
  [/\d{4}-\d{2}-\d{2}[T ][\d:.,]+(?:Z|[+-]\d{2}:?\d{2})?/g, '<time>'],
  [/\b[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}\b/gi, '<id>'],
  [/\b0x[\da-f]+\b/gi, '<address>'],
  [/(?:[A-Za-z]:)?(?:[\w.@~+-]*[\\/])+/g, ''],
  [/\b(?=\d*[a-f])(?=[a-f]*\d)[\da-f]{7,64}\b/gi, '<id>'],
  [/\d+(?:[.,]\d+)*/g, '#'],
  [/[^\S\n]+/g, ' '],
];

/**
 * What failed and how, without what differs from one run to the next: equal for checks that fail again in the same way.
 * Why one failed that says nothing is in our words, which are no part of it.
 */
export function failureSignature(failed: readonly ForgeCheck[]): string {
  const parts = failed.map(({ name, report }) => [
    name,
    report === null || report.from === 'nowhere' ? '' : same(report.text),
  ]);
  return JSON.stringify(parts.toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)));
}

function same(text: string): string {
  return VARYING.reduce((before, [varying, by]) => before.replaceAll(varying, by), text).trim();
}

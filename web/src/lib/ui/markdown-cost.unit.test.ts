import { describe, expect, test } from 'vitest';
import { renderMarkdown } from './markdown.ts';
import { rendersAtOnce } from './markdown-cost.ts';

const lines = (count: number, line: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => line(n)).join('\n');

test.each([
  ['a plan of 20 KB', lines(400, (n) => `## Step ${n}\n\n- do *this* with \`that\`\n`)],
  ['a table of 500 rows', `|a|b|\n|-|-|\n${lines(500, (n) => `|${n}|x|`)}`],
  ['nothing', ''],
])('%s is rendered at once', (_what, source) => expect(rendersAtOnce(source)).toBe(true));

const HOSTILE: readonly [string, string][] = [
  ['a nested list of 0.9 MB', lines(1_340, (n) => `${'  '.repeat(n % 670)}- ${n}`)],
  ['a list of 20,000 points', lines(20_000, (n) => `- point ${n}`)],
  ['nested quotes', lines(400, (n) => `${'> '.repeat(n)}a`)],
  ['40,000 brackets', '['.repeat(40_000)],
  ['30,000 stars', '**a'.repeat(10_000)],
];
test.each(HOSTILE)('%s is not', (_what, source) => expect(rendersAtOnce(source)).toBe(false));

describe('what is rendered at once takes no time to speak of', () => {
  // The largest of each kind that is still taken; far more than 100 ms would mean that a cost is not counted.
  test.each(HOSTILE)('%s, cut', (_what, source) => {
    let length = source.length;
    while (!rendersAtOnce(source.slice(0, length))) length = Math.floor(length * 0.9);
    const from = performance.now();
    renderMarkdown(source.slice(0, length));
    expect(performance.now() - from).toBeLessThan(2_000);
  });
});

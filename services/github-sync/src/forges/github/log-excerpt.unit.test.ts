import fc from 'fast-check';
import { expect, it } from 'vitest';
import { logExcerpt } from './log-excerpt.ts';

const at = (line: string) => `2026-03-01T12:00:00.1234567Z ${line}`;
const log = (...lines: string[]) => `\ufeff${lines.map(at).join('\n')}\n`;

it('is the step that failed, with what it ran, and neither times nor colours', () => {
  const found = logExcerpt(
    log(
      '##[group]Run actions/checkout@v4',
      '##[endgroup]',
      'Fetching the repository',
      '##[group]Run npm test',
      '\u001b[36;1mnpm test\u001b[0m',
      '##[endgroup]',
      '\u001b[31mexpected 2 to be 3\u001b[0m at sum.test.ts:4',
      '10 %\r 90 %\rdone',
      '##[error]Process completed with exit code 1.',
      'Post job cleanup.',
      '[command]/usr/bin/git version',
    ),
  );
  expect(found.split('\n')).toEqual([
    '##[group]Run npm test',
    'npm test',
    '##[endgroup]',
    'expected 2 to be 3 at sum.test.ts:4',
    'done',
    '##[error]Process completed with exit code 1.',
  ]);
});

it('is the end of a log that names no error', () => {
  expect(logExcerpt('make: *** [all] Error 2')).toBe('make: *** [all] Error 2');
});

it('of a step that printed much is its beginning and its end', () => {
  const printed = Array.from({ length: 2_000 }, (_, index) => `line ${index}`);
  const found = logExcerpt(log('##[group]Run make', ...printed, '##[error]exit code 2'));
  expect(found.length).toBeLessThanOrEqual(4_000);
  expect(found.startsWith('##[group]Run make\n[…]\n')).toBe(true);
  expect(found.endsWith('line 1999\n##[error]exit code 2')).toBe(true);
});

it('holds no credential that the job printed', () => {
  const token = `ghp_${'a1B2'.repeat(10)}`;
  expect(logExcerpt(log(`using ${token}`, '##[error]no'))).not.toContain(token);
});

it('of whatever was printed fits an event, and is a text every store takes', () => {
  const line = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 700 }),
    fc.constant('##[error]x'),
    fc.constant('##[group]Run x'),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), (lines) => {
      const found = logExcerpt(lines.join('\n'));
      expect(found.length).toBeLessThanOrEqual(4_000);
      expect(found.isWellFormed() && !found.includes('\0')).toBe(true);
    }),
  );
}, 40_000);

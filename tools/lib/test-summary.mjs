import { relative } from 'node:path';
import { root } from './root.mjs';

/**
 * Adds up a vitest JSON report. A file that could not even be loaded has no tests and counts as one failure.
 * Skipped tests are named by suite, each suite once: its title already says which engine it needs.
 * @returns {{ passed: number, failed: number, skipped: string[] }}
 */
export function summarize(report) {
  let passed = 0;
  let failed = 0;
  const skipped = new Set();
  for (const file of report.testResults) {
    const tests = file.assertionResults;
    passed += tests.filter((test) => test.status === 'passed').length;
    const failures = tests.filter((test) => test.status === 'failed').length;
    failed += failures === 0 && file.status === 'failed' ? 1 : failures;
    for (const test of tests.filter(
      ({ status }) => status === 'pending' || status === 'skipped' || status === 'todo',
    )) {
      const suite = test.ancestorTitles.find((title) => title !== '') ?? test.title;
      skipped.add(`${suite} [${relative(root, file.name)}]`);
    }
  }
  return { passed, failed, skipped: [...skipped].sort() };
}

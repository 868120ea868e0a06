import { relative } from 'node:path';
import { root } from './root.mjs';

/**
 * Adds up a vitest JSON report. A file that could not even be loaded has no tests and counts as one failure.
 * Skipped tests are named by suite, each suite once: its title already says which engine it needs.
 * @returns {{ passed: number, failed: number, failures: string[], skipped: string[] }} `failures`: name and file, then
 * the beginning of the message, indented
 */
export function summarize(report) {
  let passed = 0;
  const failures = [];
  const skipped = new Set();
  for (const file of report.testResults) {
    const tests = file.assertionResults;
    passed += tests.filter((test) => test.status === 'passed').length;
    const broken = tests.filter((test) => test.status === 'failed');
    for (const test of broken) failures.push(failure(file, test.fullName, test.failureMessages.join('\n')));
    if (broken.length === 0 && file.status === 'failed') failures.push(failure(file, 'could not run', file.message));
    for (const test of tests.filter(
      ({ status }) => status === 'pending' || status === 'skipped' || status === 'todo',
    )) {
      const suite = test.ancestorTitles.find((title) => title !== '') ?? test.title;
      skipped.add(`${suite} [${relative(root, file.name)}]`);
    }
  }
  return { passed, failed: failures.length, failures, skipped: [...skipped].sort() };
}

const MESSAGE_LINES = 12;

function failure(file, name, message) {
  const own = message.split('\n').filter((line) => !line.includes('/node_modules/'));
  const lines = own.slice(0, MESSAGE_LINES);
  return [`${name} [${relative(root, file.name)}]`, ...lines.map((line) => `    ${line}`)].join('\n');
}

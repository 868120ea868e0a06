import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node24, root } from './root.mjs';
import { runInForeground } from './run.mjs';
import { summarize } from './test-summary.mjs';

/**
 * Runs vitest on Node 24 and sums up: by name what was skipped, then `N passed, N failed` as the last line. With
 * CODEX_REQUIRE_ALL=1 every skip is a failure.
 * @param {string[]} args what vitest takes: filters, --config, --project
 * @param {{ env?: NodeJS.ProcessEnv, onFailure?: () => Promise<void> }} [options] onFailure: what else to show then,
 *   before the last line
 * @returns {Promise<number>} exit code
 */
export async function runVitest(args, { env = process.env, onFailure } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'claude-codex-test-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const options = [
      'run',
      '--allowOnly=false',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${report}`,
    ];
    const code = await runInForeground(node24, [vitest, ...options, ...args], {
      cwd: root,
      env: { ...env, PATH: `${join(root, 'node_modules', '.bin')}:${env.PATH}` },
    });
    if (code !== 0) await onFailure?.();
    return sayResult(JSON.parse(readFileSync(report, 'utf8')), code, env.CODEX_REQUIRE_ALL === '1');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function sayResult(report, code, allRequired) {
  const { passed, failed, skipped } = summarize(report);
  for (const name of skipped) process.stdout.write(`${allRequired ? 'not allowed to skip' : 'skipped'}: ${name}\n`);
  // vitest also fails for reasons no test carries: an error after the last test, a process left behind.
  const beyondTests = code !== 0 && failed === 0 ? 1 : 0;
  if (beyondTests === 1) process.stdout.write(`vitest ended with ${code} although no test failed\n`);
  const failures = failed + beyondTests + (allRequired ? skipped.length : 0);
  process.stdout.write(`${passed} passed, ${failures} failed\n`);
  return failures === 0 && passed > 0 ? 0 : 1;
}

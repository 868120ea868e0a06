import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { node24, root } from './root.mjs';
import { runInForeground } from './run.mjs';
import { summarize } from './test-summary.mjs';

/**
 * Runs vitest on Node 24. Names, last, what failed and what was skipped; with CODEX_REQUIRE_ALL=1 every skip is a failure.
 * @param {string[]} args what vitest takes: filters, --config, --project
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function runVitest(args, env = process.env) {
  const folder = mkdtempSync(join(tmpdir(), 'claude-codex-test-'));
  const report = join(folder, 'report.json');
  try {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const options = ['--allowOnly=false', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
    const code = await runInForeground(node24, [vitest, 'run', ...options, ...args], {
      cwd: root,
      env: {
        // Tests start some hundred processes of ours; each compiled the same code again.
        NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'compiled'),
        ...env,
        PATH: `${join(root, 'node_modules', '.bin')}:${env.PATH}`,
      },
    });
    if (!existsSync(report)) return beyondTests(`vitest ended with ${code} before it could report`, 0);
    const { passed, failed, failures, skipped } = summarize(JSON.parse(readFileSync(report, 'utf8')));
    // Far above, the failure itself is easily lost in what other tests printed.
    for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
    const notAllowed = env.CODEX_REQUIRE_ALL === '1';
    for (const name of skipped) process.stdout.write(`${notAllowed ? 'not allowed to skip' : 'skipped'}: ${name}\n`);
    if (notAllowed && skipped.length > 0) return { passed, failed: failed + skipped.length };
    // An error after the last test, a process left behind: failures that no test carries.
    if (code !== 0 && failed === 0) return beyondTests(`vitest ended with ${code} although no test failed`, passed);
    return { passed, failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Prints the line every count is taken from, always the last. Returns the exit code. */
export function sayCounts({ passed, failed }) {
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 && passed > 0 ? 0 : 1;
}

function beyondTests(what, passed) {
  process.stdout.write(`${what}\n`);
  return { passed, failed: 1 };
}

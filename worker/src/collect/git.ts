import { runProgram } from '../processes/run.ts';

const TIMEOUT_MS = 120_000;
const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/** Runs git in the checkout and returns its trimmed output; throws with git's own words when it fails. */
export type Git = (...args: readonly string[]) => Promise<string>;

/**
 * Git on the agent's checkout, in the agent's own sandbox and as its user. Hooks, signing and the file system monitor
 * are off, and the work tree is given, so that the repository's configuration cannot point it elsewhere.
 */
export function createGit(checkout: string, env: Readonly<Record<string, string>>): Git {
  const fixed = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['commit.gpgSign', 'false'],
    ['gc.auto', '0'],
    ['safe.directory', checkout],
  ].flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  return async (...args) => {
    const result = await runProgram('git', [`--work-tree=${checkout}`, ...fixed, ...args], {
      cwd: checkout,
      env: { ...env, GIT_CONFIG_NOSYSTEM: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C.UTF-8' },
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    if (result.exitCode === 0) return result.output.trim();
    const reason = result.timedOut ? 'took too long' : result.output.trim().slice(-1_000);
    throw new Error(`git ${args[0]}: ${reason}`);
  };
}

import { join } from 'node:path';
import { cutText } from '@claude-codex/contracts/text';
import type { RunResult } from '../processes/run.ts';
import { runProgram } from '../processes/run.ts';

const TIMEOUT_MS = 5_000;

export interface TerminalOptions {
  readonly home: string;
  readonly checkout: string;
  readonly logPath: string;
  /** Environment of the agent's commands without any secret. */
  readonly environment: Readonly<Record<string, string>>;
}

/** The socket that `tmux -S` is attached to; a terminal service execs on it. */
export function tmuxSocket(home: string): string {
  return join(home, 'tmux.sock');
}

/**
 * Starts the session `agent`: window `agent` follows the readable log, window `shell` is a shell in the checkout.
 * Returns what went wrong, or null.
 */
export async function startTerminal(options: TerminalOptions): Promise<string | null> {
  const { home, checkout, logPath } = options;
  const environment = { ...options.environment, TERM: 'xterm-256color' };
  const tmux = (...args: string[]): Promise<RunResult> =>
    runProgram('tmux', ['-S', tmuxSocket(home), '-f', '/dev/null', ...args], {
      cwd: checkout,
      env: environment,
      timeoutMs: TIMEOUT_MS,
      maxOutputBytes: 4_096,
    });
  const follow = `tail -n +1 -F '${logPath.replaceAll("'", `'\\''`)}'`;
  const steps = [
    ['new-session', '-d', '-s', 'agent', '-n', 'agent', '-x', '120', '-y', '40', '-c', checkout, follow],
    ['set-option', '-g', 'history-limit', '10000'],
    ['set-option', '-g', 'status', 'off'],
    ['new-window', '-d', '-t', 'agent:', '-n', 'shell', '-c', checkout, 'bash'],
  ];
  try {
    for (const step of steps) {
      const result = await tmux(...step);
      if (result.exitCode !== 0) return `tmux ${step[0]}: ${cutText(result.output.trim(), 400)}`;
    }
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

import { spawn } from 'node:child_process';
import { knownCause, machineCause } from '../../libs/service-kit/src/known-causes.mjs';

/** Something the person at the keyboard has to know; shown without a stack. */
export class ToolError extends Error {}

/**
 * Runs a command quietly; its output is kept and shown only when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, input?: string }} [options]
 * @returns {Promise<string>} its standard output
 */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'pipe' });
    let all = '';
    let stdout = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      all += chunk;
    });
    child.stderr.on('data', (chunk) => {
      all += chunk;
    });
    // It may end before it has read its input; how it ended says what came of it.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    child.on('error', (cause) =>
      reject(new ToolError(`could not run ${command}: ${knownCause(cause) ?? cause.message}`, { cause })),
    );
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else reject(new ToolError(`${command} ${args[0] ?? ''} ended with ${signal ?? code}:\n${lastLines(all, 30)}`));
    });
  });
}

/**
 * Runs a command in the foreground: our input and output, our signals, and in the end its exit code.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} its exit code, 128 + n when signal n ended it
 */
export function runInForeground(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: options.env ?? process.env, stdio: 'inherit' });
    // Ctrl-C on a terminal reaches the child by itself, and a second SIGINT usually means "now, without tidying up".
    const forward = (signal) => {
      if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
    };
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, forward);
    child.on('error', (cause) =>
      reject(new ToolError(`could not run ${command}: ${knownCause(cause) ?? cause.message}`, { cause })),
    );
    child.on('close', (code, signal) => {
      for (const name of signals) process.off(name, forward);
      resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0));
    });
  });
}

const SIGNAL_NUMBERS = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a tool's main function; a ToolError becomes its message, what the machine refuses a sentence; exit code 1.
 * @param {() => Promise<number | void>} main
 */
export async function runTool(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    const cause = error instanceof ToolError ? null : machineCause(error);
    if (!(error instanceof ToolError) && cause === null) throw error;
    process.stderr.write(cause === null ? `${error.message}\n` : `It could not be done: ${knownCause(cause)}.\n`);
    process.exitCode = 1;
  }
}

function lastLines(text, count) {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}

import { spawn } from 'node:child_process';
import type { RuntimeExec } from '../runtime.ts';

/** Runs a program for the terminal as the workers' user, with an environment of its own. */
export function execute(
  [program = '', ...args]: readonly string[],
  owner: { readonly uid: number; readonly gid: number } | null,
): RuntimeExec {
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin', TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(owner ?? {}),
  });
  const ended = new Promise<{ exitCode: number | null }>((resolve) => {
    child.once('error', () => resolve({ exitCode: 127 }));
    child.once('close', (exitCode) => resolve({ exitCode }));
  });
  // Its end is told by `ended`; a write that comes after it has nobody to tell.
  child.stdin.on('error', () => child.kill());
  return {
    output: child.stdout,
    write: (bytes) => void child.stdin.write(bytes),
    ended,
    close: () => void child.kill('SIGKILL'),
  };
}

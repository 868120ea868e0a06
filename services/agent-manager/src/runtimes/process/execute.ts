import { spawn } from 'node:child_process';
import type { RuntimeExec } from '../runtime.ts';
import type { AgentUser } from './sandbox/agent-user.ts';

/** Runs a program for the terminal with an environment of its own, as `user` or, with null, as whoever we are. */
export function execute([program = '', ...args]: readonly string[], user: AgentUser | null): RuntimeExec {
  const child = spawn(program, args, {
    cwd: '/',
    env: { PATH: '/usr/local/bin:/usr/bin:/bin:/opt/homebrew/bin', TERM: 'xterm-256color', LANG: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(user === null ? {} : { uid: user.uid, gid: user.gid }),
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

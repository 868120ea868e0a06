import { spawn } from 'node:child_process';
import { MARKER_NAME } from './marker.ts';

/**
 * Waits for the end of its input, which comes when the supervisor is gone for whatever reason, and then ends every
 * process that carries the marker ($1). Three passes, since a process may be starting another one meanwhile.
 */
const SCRIPT = `
cat >/dev/null
for pass in 1 2 3; do
  for folder in /proc/[0-9]*; do
    if tr '\\0' '\\n' <"$folder/environ" 2>/dev/null | grep -qxF "${MARKER_NAME}=$1"; then
      kill -9 "\${folder#/proc/}" 2>/dev/null
    fi
  done
  sleep 0.2
done
`;

/**
 * Starts the guard that cleans up after a supervisor that was killed and could not do it itself. It lives in a process
 * group of its own, so that ending the supervisor's group does not end it.
 */
export function startGuard(marker: string): { release(): void } {
  const guard = spawn('/bin/sh', ['-c', SCRIPT, 'guard', marker], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: process.env.PATH },
  });
  guard.once('error', (error) => process.stderr.write(`no guard: ${error.message}\n`));
  guard.stdin.once('error', () => guard.kill());
  guard.unref();
  return {
    /** Everything is ended already: the guard has nothing to do. */
    release: () => {
      guard.kill('SIGKILL');
    },
  };
}

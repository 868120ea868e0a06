import { readFileSync } from 'node:fs';

/**
 * Sends a signal to a process and to its children. Each child of a database server leads a process group of its own, so
 * a signal to the server's group reaches the server alone, and its children finish what they are at. Where the system
 * has no /proc only the process itself gets it.
 */
export function signalFamily(pid: number, signal: NodeJS.Signals): void {
  // Stopped first and gone on last, so that it makes no further child and repairs nothing meanwhile.
  send(pid, 'SIGSTOP');
  for (const child of childrenOf(pid)) send(child, signal);
  send(pid, signal);
}

function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    // No /proc, or the process is gone: then so are its children before long.
    return [];
  }
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    // ESRCH: it is gone already, which is what was wanted.
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}

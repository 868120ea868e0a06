import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { MARKER_NAME } from './marker.ts';

const KILL_DEADLINE_MS = 3_000;
const KILL_INTERVAL_MS = 25;

/**
 * Processes whose environment carries a marker that `matches`. Claude Code starts commands in process groups of their
 * own, and a command may leave its parent; an inherited variable is what all of them share.
 * Needs `/proc`: without it (macOS) the answer is empty, and only Claude Code itself is ended, by its handle.
 */
async function findMarked(matches: (marker: string) => boolean): Promise<number[]> {
  const spared = await selfAndAncestors();
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid) => {
      if (spared.has(pid)) return null;
      // Gone in between, or somebody else's: neither is ours to end.
      const environ = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
      const entry = environ.split('\0').find((variable) => variable.startsWith(`${MARKER_NAME}=`));
      return entry !== undefined && matches(entry.slice(MARKER_NAME.length + 1)) ? pid : null;
    }),
  );
  return found.filter((pid) => pid !== null);
}

/** Whoever ends the others, and those it was started by (supervisor, launcher), which carry the marker as well. */
async function selfAndAncestors(): Promise<Set<number>> {
  const found = new Set<number>();
  for (let pid = process.pid; pid > 0 && !found.has(pid); ) {
    found.add(pid);
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    pid = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
  }
  return found;
}

/** Ends every marked process, again until none is left or 3 s have passed. Returns what is left. */
export async function killMarked(matches: (marker: string) => boolean): Promise<number[]> {
  const deadline = Date.now() + KILL_DEADLINE_MS;
  for (;;) {
    const pids = await findMarked(matches);
    if (pids.length === 0 || Date.now() > deadline) return pids;
    for (const pid of pids) kill(pid);
    await sleep(KILL_INTERVAL_MS);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}

import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseStat } from './identity.ts';

/** The variable every process of a worker inherits (worker/src/processes/marker.ts), whatever group it moved to. */
export const MARKER = 'CODEX_WORKER';

export interface Member {
  readonly pid: number;
  readonly memoryBytes: number;
  readonly cpuMs: number;
}

/** Every process that carries the marker or is in the process group `group` (null when the group may be another's by now). Needs `/proc`; elsewhere only the group. */
export async function familyOf(marker: string, group: number | null): Promise<Member[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((entry) => /^\d+$/.test(entry)).map(Number);
  const members = await Promise.all(pids.map((pid) => memberOf(pid, marker, group)));
  return members.filter((member) => member !== null);
}

/** Ends the family again and again until nobody is left: a process may start another while it is being ended. */
export async function killFamily(marker: string, group: number | null, deadlineMs = 5_000): Promise<void> {
  const until = Date.now() + deadlineMs;
  if (group !== null) signalGroup(group, 'SIGKILL');
  for (;;) {
    const members = await familyOf(marker, group);
    if (members.length === 0) return;
    if (Date.now() > until) throw new Error(`${members.length} processes of ${marker} cannot be ended`);
    for (const { pid } of members) signal(pid, 'SIGKILL');
    await sleep(20);
  }
}

export async function signalFamily(marker: string, group: number, name: NodeJS.Signals): Promise<void> {
  for (const { pid } of await familyOf(marker, group)) signal(pid, name);
}

export function signalGroup(group: number, name: NodeJS.Signals): void {
  signal(-group, name);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    const gone = error instanceof Error && 'code' in error && error.code === 'ESRCH';
    if (!gone) throw error;
  }
}

const CLOCK_TICK_MS = 10;
const PAGE = 4_096;

/** Null for a process that ended in between, is a zombie, or is somebody else's: none of them is ours to signal. */
async function memberOf(pid: number, marker: string, group: number | null): Promise<Member | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    const stat = parseStat(text);
    if (stat === null || stat.state === 'Z') return null;
    if (stat.group !== group && !(await isMarked(pid, marker))) return null;
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const cpuMs = (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
    return { pid, memoryBytes: Number(fields[21]) * PAGE, cpuMs };
  } catch {
    return null;
  }
}

async function isMarked(pid: number, marker: string): Promise<boolean> {
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
  return environment.split('\0').includes(`${MARKER}=${marker}`);
}

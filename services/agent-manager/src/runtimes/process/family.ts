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
  const members = await Promise.all(pids.map((pid) => lookAt(pid, marker, group)));
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

/** What `/proc/<pid>/stat` says. */
export interface ProcessFacts extends NonNullable<ReturnType<typeof parseStat>> {
  readonly memoryBytes: number;
  readonly cpuMs: number;
}

export function parseFacts(text: string): ProcessFacts | null {
  const stat = parseStat(text);
  if (stat === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const cpuMs = (Number(fields[11]) + Number(fields[12])) * CLOCK_TICK_MS;
  return { ...stat, memoryBytes: Number(fields[21]) * PAGE, cpuMs };
}

/** The worker whose process this is, by its environment. */
export function markerIn(environment: string): string | null {
  const variable = environment.split('\0').find((one) => one.startsWith(`${MARKER}=`));
  return variable?.slice(MARKER.length + 1) ?? null;
}

export function memberOf({ pid, memoryBytes, cpuMs }: ProcessFacts): Member {
  return { pid, memoryBytes, cpuMs };
}

/** Null for a process that ended in between, is a zombie, or is somebody else's: none of them is ours to signal. */
async function lookAt(pid: number, marker: string, group: number | null): Promise<Member | null> {
  try {
    const facts = parseFacts(await readFile(`/proc/${pid}/stat`, 'utf8'));
    if (facts === null || facts.state === 'Z') return null;
    const ours = facts.group === group || markerIn(await readFile(`/proc/${pid}/environ`, 'utf8')) === marker;
    return ours ? memberOf(facts) : null;
  } catch {
    return null;
  }
}

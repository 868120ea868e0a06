import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * A process for good: its number together with when it started. Numbers are used again, so a number alone must never
 * be signalled after a restart of the manager (or of the machine: the boot id is part of it).
 */
export interface ProcessIdentity {
  readonly pid: number;
  readonly started: string;
}

/**
 * What the launcher script prints about itself: on Linux the boot id and its line of `/proc/<pid>/stat`, elsewhere its
 * number and what `ps` calls its start.
 */
export const PRINT_IDENTITY =
  'if [ -r /proc/$$/stat ]; then cat /proc/sys/kernel/random/boot_id /proc/$$/stat; else echo ps; echo $$; ps -o lstart= -p $$; fi';

export function parseIdentity(text: string): ProcessIdentity | null {
  const [first = '', second = '', third = ''] = text.trim().split('\n');
  if (first === 'ps') return third === '' ? null : { pid: Number(second), started: third.trim() };
  const stat = parseStat(second);
  return stat === null ? null : { pid: stat.pid, started: `${first}:${stat.startTime}` };
}

let bootId: Promise<string> | null = null;

/** True while exactly this process is there; a zombie is not. */
export async function isAlive({ pid, started }: ProcessIdentity): Promise<boolean> {
  if (process.platform !== 'linux') return isAliveByPs({ pid, started });
  // It stays the same for as long as this process can run.
  bootId ??= textOf('/proc/sys/kernel/random/boot_id');
  const [boot, stat] = await Promise.all([bootId, textOf(`/proc/${pid}/stat`)]);
  const parsed = parseStat(stat);
  return parsed !== null && parsed.state !== 'Z' && started === `${boot.trim()}:${parsed.startTime}`;
}

/** The command's name may hold spaces and brackets, so fields are counted from the last `)`. */
export function parseStat(text: string): { pid: number; state: string; startTime: string; group: number } | null {
  const end = text.lastIndexOf(')');
  if (end === -1) return null;
  const [state = '', , group = ''] = text.slice(end + 2).split(' ');
  const startTime = text.slice(end + 2).split(' ')[19] ?? '';
  return { pid: Number.parseInt(text, 10), state, startTime, group: Number(group) };
}

async function isAliveByPs({ pid, started }: ProcessIdentity): Promise<boolean> {
  const found = await run('ps', ['-o', 'lstart=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return found.stdout.trim() === started;
}

/** Empty when the process ended in between. */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}

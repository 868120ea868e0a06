import { readdir, readFile } from 'node:fs/promises';

export interface Memory {
  readonly processes: number;
  /** Proportional set sizes in MB: shared pages count once, not once per process. */
  readonly allMb: number;
  readonly nodeMb: number;
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** The server, everything it started, and its database, which may have outlived an earlier server as a process of its own. */
export async function memoryOf(serverPid: number, databaseDir: string | null): Promise<Memory> {
  const all = await processes();
  const wanted = new Set([serverPid]);
  for (const { pid, command } of all) if (databaseDir !== null && command.includes(databaseDir)) wanted.add(pid);
  for (let before = 0; before !== wanted.size; ) {
    before = wanted.size;
    for (const { pid, parent } of all) if (wanted.has(parent)) wanted.add(pid);
  }
  const sizes = await Promise.all([...wanted].map(pssMb));
  return {
    processes: wanted.size,
    allMb: sizes.reduce((sum, size) => sum + size, 0),
    nodeMb: await pssMb(serverPid),
  };
}

async function processes(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map((pid) => processOf(pid)));
  return found.filter((entry) => entry !== null);
}

async function processOf(pid: number): Promise<Process | null> {
  try {
    const [status, command] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    return { pid, parent: Number(/^PPid:\s+(\d+)/m.exec(status)?.[1] ?? 0), command: command.replaceAll('\0', ' ') };
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}

/** Proportional set size: pages shared by n processes count 1/n for each. */
export async function pssMb(pid: number): Promise<number> {
  try {
    const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8');
    return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
  } catch (error) {
    if (isGone(error)) return 0;
    throw error;
  }
}

/** A process may end between being listed and being read. */
function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ESRCH');
}

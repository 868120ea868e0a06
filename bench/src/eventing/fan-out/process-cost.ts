import { readFileSync } from 'node:fs';

/** Processor time of processes so far, in seconds: user and system. */
export function cpuSeconds(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    // The name in brackets may hold spaces; utime and stime are the 12th and 13th field after it.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
  }, 0);
}

/** Linux counts in hundredths on every platform we run on. */
const TICKS_PER_SECOND = 100;

/** Memory of processes in KB, shared pages counted once (PSS). Buffers of sockets inside the kernel are not in it. */
export function memoryKb(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8');
    return sum + Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? Number.NaN);
  }, 0);
}

import { readFile } from 'node:fs/promises';
import type { Journal } from './journal/journal.ts';
import { findMarked } from './processes/marked.ts';

const INTERVAL_MS = 5_000;
const PAGE_BYTES = 4_096;

/** Says every 5 s that the supervisor lives, how much memory it and all it started hold, and whether a turn runs. */
export function startHeartbeat(journal: Journal, marker: string, busy: () => boolean): { stop(): void } {
  let stopped = false;
  const timer = setInterval(() => {
    void residentBytes(marker).then((rssBytes) => {
      if (!stopped) journal.write({ type: 'heartbeat', rssBytes, busy: busy() });
    });
  }, INTERVAL_MS);
  return {
    stop() {
      stopped = true;
      clearInterval(timer);
    },
  };
}

async function residentBytes(marker: string): Promise<number> {
  const pids = await findMarked((other) => other === marker);
  const sizes = await Promise.all(pids.map(residentOf));
  return sizes.reduce((sum, bytes) => sum + bytes, process.memoryUsage.rss());
}

/** Second field of `statm`: resident pages. A process that ended meanwhile holds nothing. */
async function residentOf(pid: number): Promise<number> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => '');
  return Number(statm.split(' ')[1] ?? 0) * PAGE_BYTES;
}

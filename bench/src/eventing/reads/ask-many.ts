import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { LoadResult } from '../append-load.ts';
import { PEERS } from '../peers.ts';

const run = promisify(execFile);

export interface Asked {
  url: string;
  headers: Record<string, string>;
  ms: number;
  connections: number;
  /** Requests a second in all; null: as fast as they are answered. */
  perSecond: number | null;
}

interface Autocannon {
  duration: number;
  requests: { total: number };
  latency: { p50: number; p97_5: number; p99: number };
  non2xx: number;
  errors: number;
}

/** autocannon in a process of its own. Times in whole milliseconds, waiting for a turn included. */
export async function askMany({ url, headers, ms, connections, perSecond }: Asked): Promise<LoadResult> {
  const { stdout } = await run(
    process.execPath,
    [
      join(PEERS, 'node_modules', 'autocannon', 'autocannon.js'),
      ...['--json', '--no-progress', '--connections', String(connections), '--duration', String(ms / 1_000)],
      ...(perSecond === null ? [] : ['--overallRate', String(perSecond)]),
      ...Object.entries(headers).flatMap(([name, value]) => ['--headers', `${name}=${value}`]),
      url,
    ],
    { maxBuffer: 16 * 1024 * 1024 },
  );
  const result = JSON.parse(stdout) as Autocannon;
  if (result.errors + result.non2xx > 0) {
    throw new Error(`${url}: ${result.errors} requests failed, ${result.non2xx} were refused`);
  }
  const { p50, p97_5, p99 } = result.latency;
  const count = result.requests.total;
  return { count, perSecond: count / result.duration, p50, p95: p97_5, p99 };
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startTestNats, type TestPostgres } from '@claude-codex/testing';
import type { LoadResult } from './append-load.ts';
import { commitToBrowser, type WayToBrowser } from './commit-to-browser.ts';
import { appendInProcess, appendOverNats, OUR_GUARANTEES } from './ours.ts';
import { appendWithEmmett, appendWithMessageDb, installMessageDb, installPeers, pgbenchInsert } from './peers.ts';
import type { Row } from './row.ts';

export interface WorkloadOptions {
  ms: number;
  runs: number;
  events: number;
}
export type Say = (row: Row) => void;

const CALLERS = 32;
const NATS_CALLERS = 64;

export async function repeat(runs: number, measure: () => Promise<LoadResult>): Promise<LoadResult[]> {
  const results: LoadResult[] = [];
  for (let run = 0; run < runs; run += 1) results.push(await measure());
  return results;
}

export async function measureAppends(postgres: TestPostgres, { ms, runs }: WorkloadOptions, say: Say): Promise<void> {
  await installPeers();
  const workload = `append, ${CALLERS} callers, one event each`;
  const unit = 'appends/s';
  const ours = await postgres.createDatabase();
  const emmett = await postgres.createDatabase();
  const messageDb = await postgres.createDatabase();
  const plain = await postgres.createDatabase();
  await installMessageDb(messageDb);
  // Taking turns, so that a busy moment of the machine hits all of them alike.
  const results: LoadResult[][] = [[], [], [], []];
  for (let run = 0; run < runs; run += 1) {
    results[0]?.push(await appendInProcess(ours, CALLERS, ms));
    results[1]?.push(await appendWithEmmett(emmett, CALLERS, ms));
    results[2]?.push(await appendWithMessageDb(messageDb, CALLERS, ms));
    results[3]?.push(await pgbenchInsert(plain, CALLERS, Math.ceil(ms / 1_000)));
  }
  const rows: [string, string][] = [
    ['Claude Codex, in process', OUR_GUARANTEES],
    ['Emmett 0.42 (Postgres)', 'version checked; global order by transaction id, resumed by position: may skip events'],
    ['message-db 1.3.1', 'version checked; order per category; one event per call'],
    ['pgbench insert, one row per transaction', 'none: a row in a table with a primary key'],
  ];
  for (const [index, [name, guarantees]] of rows.entries()) {
    say({ workload, name, runs: results[index] ?? [], unit, guarantees });
  }
  say({
    workload: 'append, one caller',
    name: 'Claude Codex, in process',
    runs: await repeat(runs, () => appendInProcess(ours, 1, ms)),
    unit,
    guarantees: OUR_GUARANTEES,
  });
}

export async function measureNats(postgres: TestPostgres, { ms, runs }: WorkloadOptions, say: Say): Promise<void> {
  const nats = await startTestNats();
  const database = await postgres.createDatabase();
  const service = spawn(process.execPath, [join(import.meta.dirname, 'serve.ts'), database, nats.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  await once(service.stdout, 'data');
  try {
    say({
      workload: `append over NATS, ${NATS_CALLERS} callers`,
      name: 'Claude Codex, from another process',
      runs: await repeat(runs, () => appendOverNats(nats.url, NATS_CALLERS, ms)),
      unit: 'appends/s',
      guarantees: OUR_GUARANTEES,
    });
  } finally {
    service.stdin.end();
    await once(service, 'exit');
    await nats.stop();
  }
}

export async function measureBrowser({ ms, runs }: WorkloadOptions, say: Say): Promise<void> {
  const ways: WayToBrowser[] = [];
  for (let run = 0; run < runs; run += 1) ways.push(await commitToBrowser(200, ms));
  const list = (of: (way: WayToBrowser) => number) => ways.map((way) => of(way).toFixed(1)).join(', ');
  say({
    workload: 'committed → in the browser’s stream, 200 events/s',
    name: 'event store, projector and gateway as processes over NATS',
    runs: ways,
    unit: 'events/s',
    guarantees: 'after the read models have it; filtered by rights',
    note: `p50 of each run ${list(({ p50 }) => p50)} ms; until the read models had it ${list(({ readModelsP50 }) => readModelsP50)} ms`,
  });
}

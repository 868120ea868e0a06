// `npm run bench:events -- --seconds 10 --runs 5 --events 1000000`: appends, rebuilds, pages of the past, the way to the
// browser, fan-out and reads, each beside its peers on the same machine in the same run, with fsync and
// synchronous_commit on. `--only rebuild --report rebuild` for some
// of them, in a report of their own.
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startTestPostgres } from '@claude-codex/testing';
import type { LoadResult } from './append-load.ts';
import { measureFanOut } from './fan-out/fan-out.ts';
import { measureGrowth } from './growth/growth.ts';
import { measureRebuilds } from './measure-rebuilds.ts';
import { measureReads } from './reads/reads.ts';
import { machine, writeReport } from './report.ts';
import type { Row } from './row.ts';
import { measureAppends, measureBrowser, measureNats } from './workloads.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '10' },
    runs: { type: 'string', default: '5' },
    events: { type: 'string', default: '1000000' },
    only: { type: 'string', default: 'append,nats,rebuild,browser,fanout,reads,growth' },
    clients: { type: 'string', default: '1000,5000' },
    tasks: { type: 'string', default: '10000' },
    report: { type: 'string', default: 'events' },
  },
});

const options = { ms: Number(values.seconds) * 1_000, runs: Number(values.runs), events: Number(values.events) };
const only = new Set(values.only.split(','));
const rows: Row[] = [];
const failures: string[] = [];
const postgres = await startTestPostgres({
  durable: true,
  settings: { shared_buffers: '512MB', max_wal_size: '4GB', max_connections: 100 },
});
try {
  const say = (row: Row): void => {
    rows.push(row);
    const rates = row.runs.map(({ perSecond }: LoadResult) => Math.round(perSecond)).join(' ');
    const p99s = row.runs.map(({ p99 }) => p99.toFixed(1)).join(' ');
    const note = row.note === undefined ? '' : ` · ${row.note}`;
    console.log(
      `${row.workload} · ${row.name}: ${rates === '' ? row.note : `${rates} ${row.unit}, p99 ${p99s} ms${note}`}`,
    );
  };
  // Before there are a million events, which their database goes on tidying up while others are measured.
  await attempt('browser', () => measureBrowser(options, say));
  await attempt('append', () => measureAppends(postgres, options, say));
  await attempt('nats', () => measureNats(postgres, options, say));
  await attempt('rebuild', () => measureRebuilds(postgres, options, say));
  for (const clients of values.clients.split(',').map(Number)) {
    await attempt('fanout', () => measureFanOut({ ...options, clients }, say));
  }
  await attempt('reads', () => measureReads({ ...options, tasks: Number(values.tasks) }, say));
  await attempt('growth', () => measureGrowth({ tasks: Number(values.tasks) }, say));
} finally {
  await postgres.stop();
}
const lines = [
  ...machine(fsyncMs()),
  `${options.runs} runs of ${options.ms / 1_000} s each after a warm-up of a fifth; ~400 byte events, 20 per stream, version checked`,
  ...failures,
];
console.log(`\n${writeReport(values.report, 'Events: appends, rebuilds, the way to the browser', lines, rows)}`);
process.exit();

/** What cannot be measured is said in the report, and costs no other figure. */
async function attempt(name: string, measure: () => Promise<void>): Promise<void> {
  if (!only.has(name)) return;
  try {
    await measure();
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    failures.push(`**${name}: not measured whole**, because of: ${error instanceof Error ? error.message : error}`);
  }
}

/** One flush of one page, as the disk of the temporary directory takes it. */
function fsyncMs(): number {
  const path = join(tmpdir(), `codex-fsync-${process.pid}`);
  const file = openSync(path, 'w');
  const started = performance.now();
  for (let nth = 0; nth < 50; nth += 1) {
    writeSync(file, Buffer.alloc(8_192), 0, 8_192, 0);
    fsyncSync(file);
  }
  const each = (performance.now() - started) / 50;
  closeSync(file);
  rmSync(path);
  return each;
}

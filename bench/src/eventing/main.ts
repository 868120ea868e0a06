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
  if (only.has('append')) await measureAppends(postgres, options, say);
  if (only.has('nats')) await measureNats(postgres, options, say);
  if (only.has('rebuild')) await measureRebuilds(postgres, options, say);
  if (only.has('browser')) await measureBrowser(options, say);
  if (only.has('fanout')) await measureFanOut({ ...options, clients: values.clients.split(',').map(Number) }, say);
  if (only.has('reads')) await measureReads({ ...options, tasks: Number(values.tasks) }, say);
  if (only.has('growth')) await measureGrowth({ tasks: Number(values.tasks) }, say);
} finally {
  await postgres.stop();
}
const lines = [
  ...machine(fsyncMs()),
  `${options.runs} runs of ${options.ms / 1_000} s each after a warm-up of a fifth; ~400 byte events, 20 per stream, version checked`,
];
console.log(`\n${writeReport(values.report, 'Events: appends, rebuilds, the way to the browser', lines, rows)}`);
process.exit(0);

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

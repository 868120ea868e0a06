import { execFile } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { startTestPostgres } from '@claude-codex/testing';
import { fillLog } from '../eventing/fill-log.ts';
import { median } from '../first-load/report.ts';
import { measureWakes } from './wakes.ts';

// What it costs services to know the log: their start on a long one, and for a manager what follows from one event.
const OUTPUT = resolve(import.meta.dirname, '../../results/manager-world.md');
const RUNS = 3;
const WAKES_AT = [25_000, 200_000];
const { values } = parseArgs({
  options: { events: { type: 'string', default: '1000000' }, database: { type: 'string' } },
});
const run = promisify(execFile);

type Kind = 'forgets' | 'remembers' | 'git' | 'orchestrator';

interface Start {
  readonly loadedMs: number;
  readonly readyMs: number;
  readonly cpuMs: number;
  readonly pssMb: number;
  readonly tasks: number;
}

async function start(database: string, directory: string, kind: Kind): Promise<Start> {
  const args = [resolve(import.meta.dirname, 'world-process.ts'), database, directory, kind];
  const { stdout } = await run(process.execPath, args, { maxBuffer: 1024 ** 2 });
  process.stdout.write(`${kind}: ${stdout}`);
  return JSON.parse(stdout) as Start;
}

const load = () => loadavg()[0]?.toFixed(1) ?? '?';
const postgres = values.database === undefined ? await startTestPostgres() : null;
const directory = await mkdtemp(join(tmpdir(), 'codex-bench-world-'));
try {
  const database = values.database ?? postgres?.connectionString ?? '';
  const events = await fillLog(database, Number(values.events));
  const loadBefore = load();
  const remembers = await start(database, directory, 'remembers');
  const first = await start(database, directory, 'forgets');
  const { size } = await stat(join(directory, 'world'));
  const again: Start[] = [];
  for (let nth = 0; nth < RUNS; nth += 1) again.push(await start(database, directory, 'forgets'));
  const others: string[] = [];
  for (const kind of ['git', 'orchestrator'] as const) {
    const own = join(directory, kind);
    const whole = await start(database, own, kind);
    const kept: Start[] = [];
    for (let nth = 0; nth < RUNS; nth += 1) kept.push(await start(database, own, kind));
    const of = (key: keyof Start) => median(kept.map((one) => one[key]));
    others.push(plainRow(`${kind}: before, read from the beginning`, whole));
    others.push(
      plainRow(`${kind}: from its file (median of ${RUNS})`, {
        readyMs: of('readyMs'),
        cpuMs: of('cpuMs'),
        pssMb: of('pssMb'),
      }),
    );
  }
  const wakes = [];
  for (const atLeast of WAKES_AT) wakes.push(await measureWakes(atLeast));
  const middle = (key: keyof Start) => median(again.map((one) => one[key]));
  const row = (name: string, { readyMs, cpuMs, pssMb, tasks }: Omit<Start, 'loadedMs'>) =>
    `| ${name} | ${seconds(readyMs)} | ${seconds(cpuMs)} | ${Math.round(pssMb)} MB | ${count(tasks)} |`;
  const fromFile = {
    readyMs: middle('readyMs'),
    cpuMs: middle('cpuMs'),
    pssMb: middle('pssMb'),
    tasks: middle('tasks'),
  };
  const text = [
    '# A manager’s world',
    '',
    `A log of ${count(events)} events in Postgres, and a process that holds nothing but what a manager knows of it: until it knows the`,
    'whole log, once its program is loaded, and its proportional set size 2 s later. `npm run bench:world` measures again.',
    '',
    '| | ready after | processor | memory | tasks held |',
    '|---|---|---|---|---|',
    row('before: everything that ever was, read from the beginning', remembers),
    row('what lives, read from the beginning', first),
    row(`what lives, from its file (median of ${RUNS})`, fromFile),
    '',
    `Loading the program takes ${seconds(middle('loadedMs'))} before that. The file has ${count(size / 1024)} KB. Target: 2 s, 120 MB.`,
    '',
    'What the git service knows of work that has not ended, and the orchestrator of questions that are not settled, on the same log:',
    '',
    '| | ready after | processor | memory |',
    '|---|---|---|---|',
    ...others,
    '',
    'One event late in a log and everything a manager asks because of it: the open phase of its agent, the values and questions of',
    'its task, its next step, and what is to start. Processor time, in memory, the same events. Target: 50 µs.',
    '',
    '| events | tasks, of which live | before | now |',
    '|---|---|---|---|',
    ...wakes.map(
      (one) =>
        `| ${count(one.events)} | ${count(one.tasks)}, ${one.living} | ${micros(one.remembersUs)} | ${micros(one.forgetsUs)} |`,
    ),
    '',
    `Machine: ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, ${Math.round(totalmem() / 1024 ** 3)} GB, shared; load of the last minute ${loadBefore} before, ${load()} after.`,
    `Node ${process.version}. Measured ${new Date().toISOString().slice(0, 10)}.`,
    '',
  ].join('\n');
  await writeFile(OUTPUT, text);
  process.stdout.write(`\n${text}`);
} finally {
  await rm(directory, { recursive: true, force: true });
  await postgres?.stop();
}

function plainRow(name: string, { readyMs, cpuMs, pssMb }: Pick<Start, 'readyMs' | 'cpuMs' | 'pssMb'>): string {
  return `| ${name} | ${seconds(readyMs)} | ${seconds(cpuMs)} | ${Math.round(pssMb)} MB |`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(ms < 1_000 ? 2 : 1)} s`;
}

function micros(value: number): string {
  return `${value < 100 ? value.toFixed(1) : count(value)} µs`;
}

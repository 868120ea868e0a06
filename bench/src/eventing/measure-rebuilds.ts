import { createPool } from '@claude-codex/service-kit/pg/pool';
import type { TestPostgres } from '@claude-codex/testing';
import type { LoadResult } from './append-load.ts';
import { fillLog } from './fill-log.ts';
import { prepareCounting, type RebuildResult, readAllRows, rebuildCounting, rebuildTasks } from './rebuild.ts';
import { rebuildUnderAppends } from './rebuild-under-appends.ts';
import { timeTravel } from './time-travel.ts';
import { repeat, type Say, type WorkloadOptions } from './workloads.ts';

/** Sizes at which the growth of the rebuild is looked at, below the full one. */
const SMALLER = [10_000, 100_000];
const PACE = 200;
const ASKS = 400;
const unit = 'events/s';
const guarantees = 'checkpoint in the same transaction; live one serves until the swap';
const TASKS = 'tasks (real: pages, cards, instances, attention, costs, history)';

/** Rebuilds of logs of several sizes, one while events are appended, and pages of the past of the largest. */
export async function measureRebuilds(postgres: TestPostgres, options: WorkloadOptions, say: Say): Promise<void> {
  for (const events of SMALLER.filter((size) => size < options.events)) {
    const { database, filled } = await filledLog(postgres, events);
    const workload = `rebuild of ${count(filled)} events`;
    const runs = await repeat(options.runs, () => rate(() => rebuildTasks(database)));
    say({ workload, name: TASKS, runs, unit, guarantees });
  }
  const { database, filled } = await filledLog(postgres, options.events);
  await measureWhole(database, filled, options, say);
  await measureUnderAppends(database, say);
  await measureTimeTravel(database, filled, say);
}

async function filledLog(postgres: TestPostgres, events: number): Promise<{ database: string; filled: number }> {
  const database = await postgres.createDatabase();
  const filled = await fillLog(database, events);
  const owner = createPool({ connectionString: database, name: 'bench-owner', statementTimeoutMs: 0 });
  await prepareCounting(owner);
  await owner.query('vacuum analyze');
  await owner.end();
  return { database, filled };
}

async function measureWhole(database: string, filled: number, { runs }: WorkloadOptions, say: Say): Promise<void> {
  const workload = `rebuild of ${count(filled)} events`;
  const counting = await repeat(runs, () => rate(() => rebuildCounting(database)));
  say({ workload, name: 'counting read model', runs: counting, unit, guarantees });
  say({ workload, name: TASKS, runs: await repeat(runs, () => rate(() => rebuildTasks(database))), unit, guarantees });
  const reading = await repeat(runs, () => rate(() => readAllRows(database)));
  say({ workload, name: 'reading the same rows, nothing done', runs: reading, unit, guarantees: 'none' });
}

async function measureUnderAppends(database: string, say: Say): Promise<void> {
  const { events, perSecond, before, during, looks, wentBack } = await rebuildUnderAppends(database, PACE);
  const workload = `rebuild of ${count(events)} events while ${PACE}/s are appended`;
  const run = { count: events, perSecond, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
  const note = `live one looked at ${count(looks)} times, went back ${wentBack} times`;
  say({ workload, name: TASKS, runs: [run], unit, guarantees, note });
  const of = { workload, unit: 'appends/s', guarantees: 'as every append' };
  say({ ...of, name: 'appends before the rebuild', runs: [before] });
  say({ ...of, name: 'appends during the rebuild', runs: [during] });
}

async function measureTimeTravel(database: string, filled: number, say: Say): Promise<void> {
  const { boards, tasks } = await timeTravel(database, filled, ASKS);
  const workload = `pages as of a random position, ${count(filled)} events`;
  const of = { workload, guarantees: 'exact: kept state and the same fold' };
  const note = ({ p95 }: LoadResult) => `p95 ${p95.toFixed(1)} ms`;
  say({ ...of, name: 'GET /api/at/:position/board, its work', runs: [boards], unit: 'boards/s', note: note(boards) });
  say({ ...of, name: 'GET /api/at/:position/tasks/:id, its work', runs: [tasks], unit: 'tasks/s', note: note(tasks) });
}

async function rate(measure: () => Promise<RebuildResult>): Promise<LoadResult> {
  const { events, perSecond } = await measure();
  return { count: events, perSecond, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN };
}

const count = (value: number) => value.toLocaleString('en');

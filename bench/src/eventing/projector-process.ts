// A projector of the real `tasks` read model as a process of its own: node projector-process.ts <postgres url>
// Says `ready` when it has caught up. For a line on its stdin it builds the read model anew and says `{seconds, position}`.
import { createInterface } from 'node:readline';
import { createInProcessBus, systemClock } from '@claude-codex/service-kit';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { runProjections } from '@claude-codex/service-kit/pg/projection-runner';
import { beginBuild, readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { log, realEvents } from './ours.ts';
import { tasksProjection } from './rebuild.ts';

const [connectionString] = process.argv.slice(2);
if (connectionString === undefined) throw new Error('projector-process.ts <postgres url>');
const pool = createPool({ connectionString, name: 'bench-projector', role: 'codex_projector' });
const projections = [tasksProjection()];
const runner = runProjections({
  pool,
  projections,
  registry: realEvents(),
  bus: createInProcessBus(),
  clock: systemClock,
  log,
});

/** Other read models may have been built in the same database. */
async function rowsOfTasks() {
  const rows = await readProjectionStatus(pool);
  return rows.filter(({ name }) => projections.some((projection) => projection.name === name));
}

async function caughtUp(build: number): Promise<number> {
  for (;;) {
    const live = (await rowsOfTasks()).find(({ status }) => status === 'live');
    if (live !== undefined && live.build >= build && live.lag < 1_000) return live.position;
    await systemClock.sleep(20);
  }
}

await caughtUp(0);
process.stdout.write('ready\n');
for await (const _ of createInterface({ input: process.stdin })) {
  const builds = (await rowsOfTasks()).map(({ build }) => build);
  const started = performance.now();
  for (const projection of projections) await beginBuild(pool, projection);
  const position = await caughtUp(Math.max(...builds) + 1);
  const seconds = (performance.now() - started) / 1_000;
  process.stdout.write(`${JSON.stringify({ seconds, position })}\n`);
}
await runner.stop();
await pool.end();

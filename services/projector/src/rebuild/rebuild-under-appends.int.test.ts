import { EVENT_TYPES, type RecordedDomainEvent, type RecordedEvent } from '@claude-codex/contracts';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { foldBatch } from '@claude-codex/read-models/tasks/fold-batch';
import { createInProcessBus, createLogger, systemClock } from '@claude-codex/service-kit';
import { createPgEventStore, type PgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { runProjections } from '@claude-codex/service-kit/pg/projection-runner';
import { beginBuild, readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { startTestPostgres, type TestPostgres, waitFor } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECTIONS } from '../projections.ts';
import { readAllTasks } from '../tasks/read-all-tasks.fixture.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const registry = createSchemaRegistry(EVENT_TYPES);
const tasks = PROJECTIONS.filter(({ name }) => name === 'tasks');
let postgres: TestPostgres;
let pool: Pool;
let storePool: Pool;
let store: PgEventStore;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const { connectionString } = postgres;
  pool = createPool({ connectionString, name: 'projector', role: 'codex_projector', max: 6 });
  storePool = createPool({ connectionString, name: 'event-store' });
  store = createPgEventStore({
    pool: storePool,
    connectionString,
    registry,
    bus: createInProcessBus(),
    log,
  });
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await storePool.end();
  await postgres.stop();
});

function append({ stream, type, data, meta: { commandId, ...meta } }: RecordedEvent): Promise<unknown> {
  return store.append({ commandId, meta, writes: [{ stream, expectedVersion: 'any', events: [{ type, data }] }] });
}

it('rebuilds 20,000 events while more come: the live one never goes back, and the new one equals the fold', async () => {
  const history = generateFlow(70_000, seededChooser(29));
  expect(history.length).toBeGreaterThan(20_200);
  const [old, fresh] = [history.slice(0, 20_000), history.slice(20_000, 20_200)];
  for (let from = 0; from < old.length; from += 1_000) await Promise.all(old.slice(from, from + 1_000).map(append));
  const options = { pool, projections: tasks, registry, bus: createInProcessBus(), clock: systemClock, log };
  const runner = runProjections(options);
  const live = async () => (await readProjectionStatus(pool)).find(({ status }) => status === 'live');
  await waitFor('the read model', async () => (await live())?.lag === 0, { timeoutMs: 60_000 });

  for (const projection of tasks) await beginBuild(pool, projection);
  let writing = true;
  const appending = (async () => {
    for (const event of fresh) await append(event);
    writing = false;
  })();
  const seen: { position: number; tasks: number }[] = [];
  const watching = (async () => {
    for (; writing || (await live())?.build === 0; await systemClock.sleep(5)) {
      const { rows } = await pool.query<{ position: number; tasks: number }>(
        `select position, (select count(*) from read.task) as tasks from read.projection
          where name = 'tasks' and status in ('live', 'paused')`,
      );
      seen.push(...rows);
    }
  })();
  await waitFor('the new tables', async () => (await live())?.build === 1, { timeoutMs: 60_000 });
  await Promise.all([appending, watching]);
  await waitFor('the last events', async () => (await live())?.lag === 0);
  await runner.stop();

  const back = seen.filter(
    ({ position, tasks }, index) =>
      position < (seen[index - 1]?.position ?? 0) || tasks < (seen[index - 1]?.tasks ?? 0),
  );
  expect(seen.length).toBeGreaterThan(0);
  expect(back).toEqual([]);
  const events: RecordedDomainEvent[] = [];
  for (let after = 0; after < 20_200; after += 2_000) events.push(...(await store.readAll({ after, limit: 2_000 })));
  const folded = foldBatch(new Map(), new Map(), events.filter(isTaskRelated));
  const kept = await readAllTasks(pool);
  expect(kept).toEqual(
    folded.tasks
      .filter(({ deleted }) => !deleted)
      .toSorted((a, b) => a.taskId.localeCompare(b.taskId))
      .map(({ view }) => view),
  );
}, 180_000);

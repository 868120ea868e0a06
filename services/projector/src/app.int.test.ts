import { EVENT_TYPES, UI_PROJECTIONS } from '@claude-codex/contracts';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { foldBatch } from '@claude-codex/read-models/tasks/fold-batch';
import { type Bus, createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { askHealth } from '@claude-codex/service-kit/health';
import { createPgEventStore, type PgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { readProjectionStatus } from '@claude-codex/service-kit/pg/projection-status';
import { startTestPostgres, type TestPostgres, waitFor } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createProjectorApp } from './app.ts';
import { readAllTasks } from './tasks/read-all-tasks.fixture.ts';

const log = createLogger({ service: 'test', level: 'silent' });
let postgres: TestPostgres;
let pool: Pool;
let storePool: Pool;
let store: PgEventStore;
let bus: Bus;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const { connectionString } = postgres;
  pool = createPool({ connectionString, name: 'projector', role: 'codex_projector' });
  storePool = createPool({ connectionString, name: 'event-store', role: 'codex_event_store' });
  bus = createInProcessBus();
  const registry = createSchemaRegistry(EVENT_TYPES);
  store = createPgEventStore({
    pool: storePool,
    connectionString,
    role: 'codex_event_store',
    registry,
    bus,
    log,
  });
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await storePool.end();
  await postgres.stop();
});

async function append(events: ReturnType<typeof generateFlow>): Promise<void> {
  for (const { stream, type, data, meta } of events) {
    const { commandId, ...rest } = meta;
    await store.append({
      commandId,
      meta: rest,
      writes: [{ stream, expectedVersion: 'any', events: [{ type, data }] }],
    });
  }
}

async function caughtUp(): Promise<boolean> {
  const { position } = await store.head();
  const status = await readProjectionStatus(pool);
  return UI_PROJECTIONS.every((name) => status.some((row) => row.name === name && row.position === position));
}

it('keeps up with the log over a restart, and shows what its events say', async () => {
  const history = generateFlow(250, seededChooser(21));
  const half = Math.floor(history.length / 2);
  const before = createProjectorApp({ pool, bus, log });
  await before.start();
  await append(history.slice(0, half));
  await before.stop();
  await append(history.slice(half));
  const after = createProjectorApp({ pool, bus, log });
  await after.start();
  await waitFor('the read models to catch up', caughtUp);

  const events = await store.readAll({ after: 0, limit: 10_000 });
  const folded = foldBatch(new Map(), new Map(), events.filter(isTaskRelated));
  const kept = await readAllTasks(pool);
  expect(kept).toEqual(
    folded.tasks
      .filter(({ deleted }) => !deleted)
      .toSorted((a, b) => a.taskId.localeCompare(b.taskId))
      .map(({ view }) => view),
  );
  expect(await askHealth(bus, 'projector', { timeoutMs: 1_000 })).toEqual({
    ok: true,
    detail: 'tasks live, 0 behind; workspace live, 0 behind',
  });
  await after.stop();
});

import { anyEvent } from '@claude-codex/eventing';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { expectLikeMemory, sequencesToTry } from './append-model.fixture.ts';
import { createPgEventStore, type PgEventStore } from './pg-event-store.ts';
import { createPool, type Pool } from './pool.ts';

let postgres: TestPostgres;
let pool: Pool;
let store: PgEventStore;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const { connectionString } = postgres;
  pool = createPool({ connectionString, name: 'model' });
  store = createPgEventStore({ pool, connectionString, registry: anyEvent, bus: createInProcessBus(), log: silentLog });
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await postgres.stop();
});

it('Postgres answers every sequence of appends as the memory store does', async ({ annotate }) => {
  const compared = await expectLikeMemory([store], sequencesToTry(300));
  process.stdout.write(`memory and Postgres: ${compared}\n`);
  await annotate(compared);
}, 3_600_000);

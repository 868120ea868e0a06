import type { SchemaRegistry } from '@claude-codex/eventing';
import { checkpointsContract } from '@claude-codex/eventing/spec/checkpoints.contract';
import { eventStoreContract } from '@claude-codex/eventing/spec/event-store.contract';
import { snapshotsContract } from '@claude-codex/eventing/spec/snapshots.contract';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { systemClock } from '../clock.ts';
import { createPgCheckpoints } from './checkpoints.ts';
import { createPgEventStore } from './pg-event-store.ts';
import { createPool } from './pool.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

const role = 'codex_event_store';

async function open(registry: SchemaRegistry) {
  const connectionString = await postgres.createDatabase();
  const pool = createPool({ connectionString, role, name: 'test' });
  const store = createPgEventStore({
    pool,
    connectionString,
    role,
    registry,
    bus: createInProcessBus(),
    log: silentLog,
  });
  return {
    store,
    async close() {
      await store.close();
      await pool.end();
    },
  };
}
eventStoreContract('Postgres', open);
snapshotsContract('Postgres', open);

checkpointsContract('Postgres', async () => {
  const connectionString = await postgres.createDatabase();
  const pool = createPool({ connectionString, role, name: 'test' });
  return { checkpoints: createPgCheckpoints(pool), pass: (ms) => systemClock.sleep(ms), close: () => pool.end() };
});

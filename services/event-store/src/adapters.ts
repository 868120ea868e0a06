import { EVENT_TYPES } from '@claude-codex/contracts';
import { type CheckpointStore, createSchemaRegistry } from '@claude-codex/eventing';
import { migrations } from '@claude-codex/infra/migrations';
import { type Logger, systemClock } from '@claude-codex/service-kit';
import { connectNatsBus, type NatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { type Relay, startRelay } from '@claude-codex/service-kit/nats/relay';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { createPgEventStore, type PgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { startPruning } from '@claude-codex/service-kit/pg/prune-command-results';
import type { EventStoreEnv } from './config.ts';

export interface Adapters {
  bus: NatsBus;
  store: PgEventStore;
  checkpoints: CheckpointStore;
  relay: Relay;
  close(): Promise<void>;
}

const ROLE = 'codex_event_store';

/** Migrates the database, then opens what the service runs on when it is a process of its own. */
export async function openAdapters(env: EventStoreEnv, log: Logger): Promise<Adapters> {
  const setting = 'DATABASE_MIGRATION_URL';
  await migrate({ connectionString: env[setting], migrations, setting, log });
  const bus = await connectNatsBus({ url: env.NATS_URL, name: 'event-store', log });
  const connectionString = env.DATABASE_URL;
  const pool = createPool({
    connectionString,
    role: ROLE,
    name: 'event-store',
    onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
  });
  const registry = createSchemaRegistry(EVENT_TYPES);
  const store = createPgEventStore({ pool, connectionString, role: ROLE, registry, bus, log });
  const readEvents = (after: number, limit: number) => readEventRows(pool, after, limit);
  const relay = startRelay({ connection: bus.connection, store, readEvents, clock: systemClock, log });
  const stopPruning = startPruning(pool, log);

  return {
    bus,
    store,
    checkpoints: createPgCheckpoints(pool),
    relay,
    async close() {
      await stopPruning();
      await relay.stop();
      await store.close();
      await bus.close();
      await pool.end();
    },
  };
}

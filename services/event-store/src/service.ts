import { EVENT_TYPES } from '@claude-codex/contracts';
import { createSchemaRegistry } from '@claude-codex/eventing';
import { migrations } from '@claude-codex/infra/migrations';
import { systemClock } from '@claude-codex/service-kit';
import { startRelay } from '@claude-codex/service-kit/nats/relay';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { startPruning } from '@claude-codex/service-kit/pg/prune-command-results';
import { defineService } from '@claude-codex/service-kit/service';
import { createEventStoreApp, NAME } from './app.ts';
import { EventStoreEnv } from './config.ts';

const ROLE = 'codex_event_store';

export const service = defineService({
  name: NAME,
  env: EventStoreEnv,
  /** Migrates the database first. */
  async open(env, { bus, log, atEnd }) {
    const setting = 'DATABASE_MIGRATION_URL';
    await migrate({ connectionString: env[setting], migrations, setting, log });
    const connectionString = env.DATABASE_URL;
    const pool = createPool({
      connectionString,
      role: ROLE,
      name: NAME,
      onError: (error) => log.warn({ err: error }, 'an idle database connection broke'),
    });
    atEnd('database', () => pool.end());
    const registry = createSchemaRegistry(EVENT_TYPES);
    const store = createPgEventStore({ pool, connectionString, role: ROLE, registry, bus, log });
    atEnd('store', () => store.close());
    const readEvents = (after: number, limit: number) => readEventRows(pool, after, limit);
    const relay = startRelay({ connection: bus.connection, store, readEvents, clock: systemClock, log });
    atEnd('relay', () => relay.stop());
    atEnd('pruning', startPruning(pool, log));
    const checkpoints = createPgCheckpoints(pool);
    return { store, checkpoints, bus, log, relayed: relay.position, trouble: store.trouble };
  },
  create: createEventStoreApp,
});

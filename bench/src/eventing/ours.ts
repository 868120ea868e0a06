import { EVENT_TYPES } from '@claude-codex/contracts';
import { createEventStoreApp } from '@claude-codex/event-store';
import { anyEvent, createMemoryCheckpoints, createSchemaRegistry, type SchemaRegistry } from '@claude-codex/eventing';
import { createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createPgEventStore, type PgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { appendWork, type LoadResult, runLoad } from './append-load.ts';

export const log = createLogger({ service: 'bench', level: 'fatal' });

export const OUR_GUARANTEES =
  'gapless global order = commit order; version checked; atomic over streams; command dedup; hash chain';

export interface OurStore {
  store: PgEventStore;
  close(): Promise<void>;
}

export function openOurStore(connectionString: string, registry: SchemaRegistry = anyEvent): OurStore {
  const pool = createPool({ connectionString, name: 'bench' });
  const store = createPgEventStore({ pool, connectionString, registry, bus: createInProcessBus(), log });
  return {
    store,
    async close() {
      await store.close();
      await pool.end();
    },
  };
}

export const realEvents = () => createSchemaRegistry(EVENT_TYPES);

export async function appendInProcess(connectionString: string, callers: number, ms: number): Promise<LoadResult> {
  const { store, close } = openOurStore(connectionString);
  try {
    return await runLoad({ callers, ms, work: appendWork(store.append) });
  } finally {
    await close();
  }
}

/** Serves the store over NATS until its stdin ends: the other process of `appendOverNats`. */
export async function serveStore(connectionString: string, natsUrl: string): Promise<void> {
  const { store, close } = openOurStore(connectionString);
  const bus = await connectNatsBus({ url: natsUrl, name: 'event-store', log });
  const app = createEventStoreApp({ store, checkpoints: createMemoryCheckpoints(), bus, log });
  await app.start();
  process.stdout.write('ready\n');
  for await (const _ of process.stdin);
  await app.stop();
  await bus.close();
  await close();
}

export async function appendOverNats(natsUrl: string, callers: number, ms: number): Promise<LoadResult> {
  const bus = await connectNatsBus({ url: natsUrl, name: 'bench', log });
  const store = createBusEventStore({ bus, log });
  try {
    return await runLoad({ callers, ms, work: appendWork(store.append) });
  } finally {
    await bus.close();
  }
}

import { anyEvent, createMemoryCheckpoints, type EventStore } from '@claude-codex/eventing';
import { createInProcessBus, createLogger } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { expectLikeMemory, sequencesToTry } from '@claude-codex/service-kit/pg/append-model.fixture';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { describeWith, natsEngine, startTestNats, startTestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll, it } from 'vitest';
import { createEventStoreApp } from './app.ts';

const log = createLogger({ service: 'test', level: 'silent' });

describeWith(natsEngine, 'three stores', () => {
  let direct: EventStore;
  let overNats: EventStore;
  const opened: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
    opened.push(nats.stop, postgres.stop);
    const server = await connectNatsBus({ url: nats.url, name: 'event-store', log });
    const client = await connectNatsBus({ url: nats.url, name: 'client', log });
    opened.push(server.close, client.close);
    const role = 'codex_event_store';
    const open = (connectionString: string) => {
      const pool = createPool({ connectionString, role, name: 'event-store' });
      const bus = createInProcessBus();
      const store = createPgEventStore({ pool, connectionString, role, registry: anyEvent, bus, log });
      opened.push(pool.end.bind(pool), store.close);
      return store;
    };
    direct = open(await postgres.createDatabase());
    const store = open(postgres.connectionString);
    const app = createEventStoreApp({ store, checkpoints: createMemoryCheckpoints(), bus: server, log });
    await app.start();
    opened.push(app.stop);
    overNats = createBusEventStore({ bus: client, log });
  });
  afterAll(async () => {
    for (const close of opened.reverse()) await close();
  });

  it('in memory, in Postgres and behind NATS answer every sequence of appends alike', async ({ annotate }) => {
    const compared = await expectLikeMemory([direct, overNats], sequencesToTry(150));
    process.stdout.write(`memory, Postgres and Postgres over NATS: ${compared}\n`);
    await annotate(compared);
  }, 3_600_000);
});

import type { SchemaRegistry } from '@claude-codex/eventing';
import { eventStoreContract } from '@claude-codex/eventing/spec/event-store.contract';
import { describeWith, silentLog } from '@claude-codex/testing';
import {
  composeImages,
  startNatsImage,
  startPostgresImage,
  startValkeyImage,
} from '@claude-codex/testing/compose-images';
import { createInProcessBus } from './bus/in-process-bus.ts';
import { busContract } from './bus.contract.ts';
import { createBullmqJobs } from './jobs/bullmq-jobs.ts';
import { jobsContract } from './jobs.contract.ts';
import { createLogger } from './log.ts';
import { connectNatsBus } from './nats/nats-bus.ts';
import { createPgEventStore } from './pg/pg-event-store.ts';
import { createPool } from './pg/pool.ts';

// The other integration tests run the programs of this machine: these are the builds and settings a team server has.
describeWith(composeImages, 'the stores as compose runs them', () => {
  eventStoreContract('Postgres in a container', async (registry: SchemaRegistry) => {
    const postgres = await startPostgresImage();
    const role = 'codex_event_store';
    const pool = createPool({ connectionString: postgres.url, role, name: 'test' });
    const bus = createInProcessBus();
    const store = createPgEventStore({ pool, connectionString: postgres.url, role, registry, bus, log: silentLog });
    return {
      store,
      async close() {
        await store.close();
        await pool.end();
        await postgres.stop();
      },
    };
  });

  busContract('NATS in a container', async () => {
    const nats = await startNatsImage();
    const a = await connectNatsBus({ url: nats.url, name: 'a', log: silentLog });
    const b = await connectNatsBus({ url: nats.url, name: 'b', log: silentLog });
    return {
      a,
      b,
      async close() {
        await Promise.all([a.close(), b.close()]);
        await nats.stop();
      },
    };
  });

  jobsContract('BullMQ on Valkey in a container', async () => {
    const valkey = await startValkeyImage();
    const jobs = createBullmqJobs({ url: valkey.url, log: createLogger({ service: 'test', level: 'silent' }) });
    return {
      jobs,
      async close() {
        await jobs.close();
        await valkey.stop();
      },
    };
  });
});

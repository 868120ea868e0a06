import type { SchemaRegistry } from '@claude-codex/eventing';
import { anyEvent, createMemoryCheckpoints, createMemoryEventStore } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { checkpointsContract } from '@claude-codex/eventing/spec/checkpoints.contract';
import { eventStoreContract } from '@claude-codex/eventing/spec/event-store.contract';
import { snapshotsContract } from '@claude-codex/eventing/spec/snapshots.contract';
import { type Bus, BusTimeout, createInProcessBus, createLogger, systemClock } from '@claude-codex/service-kit';
import { createBusCheckpoints, createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { createPgCheckpoints } from '@claude-codex/service-kit/pg/checkpoints';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { describeWith, natsEngine, silentLog, startTestNats, startTestPostgres } from '@claude-codex/testing';
import { describe, expect, it } from 'vitest';
import { createEventStoreApp } from './app.ts';

const log = createLogger({ service: 'test', level: 'silent' });

/** The service over real NATS and Postgres, and a client of it on a connection of its own. */
async function openService(registry: SchemaRegistry) {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  const { connectionString } = postgres;
  const role = 'codex_event_store';
  const server = await connectNatsBus({ url: nats.url, name: 'event-store', log });
  const client = await connectNatsBus({ url: nats.url, name: 'client', log });
  const pool = createPool({ connectionString, role, name: 'event-store' });
  const store = createPgEventStore({ pool, connectionString, role, registry, bus: server, log });
  const app = createEventStoreApp({ store, checkpoints: createPgCheckpoints(pool), bus: server, log });
  await app.start();
  return {
    client,
    async close() {
      await app.stop();
      await client.close();
      await server.close();
      await store.close();
      await pool.end();
      await Promise.all([nats.stop(), postgres.stop()]);
    },
  };
}

describeWith(natsEngine, 'event store service over NATS', () => {
  const open = async (registry: SchemaRegistry) => {
    const { client, close } = await openService(registry);
    return { store: createBusEventStore({ bus: client, log: silentLog }), close };
  };
  eventStoreContract('Postgres over NATS', open);
  snapshotsContract('Postgres over NATS', open);

  checkpointsContract('Postgres over NATS', async () => {
    const { client, close } = await openService(anyEvent);
    const pass = (ms: number) => systemClock.sleep(ms);
    return { checkpoints: createBusCheckpoints({ bus: client, log: silentLog }), pass, close };
  });
});

/** Serves a memory store on an in-process bus whose answers get lost as told. */
async function openLossy(lose: (subject: string) => boolean) {
  const bus = createInProcessBus();
  const store = createMemoryEventStore();
  const app = createEventStoreApp({ store, checkpoints: createMemoryCheckpoints(), bus, log });
  await app.start();
  const lossy: Bus = {
    ...bus,
    async request(subject, payload, options) {
      const answer = await bus.request(subject, payload, options);
      if (lose(subject)) throw new BusTimeout(subject, options.timeoutMs);
      return answer;
    },
  };
  return { store, bus, client: createBusEventStore({ bus: lossy, log: silentLog, deadlineMs: 500 }) };
}

describe('event store over a bus that loses answers', () => {
  it('asks again with the same command id, and appends once', async () => {
    let lost = 0;
    const { store, client } = await openLossy(() => {
      lost += 1;
      return lost <= 2;
    });
    const request = appendOf(fresh('task'), 0, [{ type: 'Noted', data: {} }]);
    expect(await client.append(request)).toMatchObject({ status: 'appended', duplicate: true, firstPosition: 1 });
    expect(await store.head()).toMatchObject({ position: 1 });
  });

  it('carries appends of the same moment in one message, and what is refused to one is no matter of the others', async () => {
    let messages = 0;
    const { client } = await openLossy(() => {
      messages += 1;
      return false;
    });
    const streams = [fresh('task'), fresh('task'), fresh('task')];
    const commands = [fresh('command'), 'broken \u0000', fresh('command')];
    const appends = streams.map((stream, index) =>
      client.append(appendOf(stream, 0, [{ type: 'Noted', data: {} }], commands[index])),
    );
    expect(await Promise.allSettled(appends)).toMatchObject([
      { status: 'fulfilled', value: { status: 'appended', firstPosition: 1 } },
      { status: 'rejected', reason: { code: 'APPEND_INVALID' } },
      { status: 'fulfilled', value: { status: 'appended', firstPosition: 2 } },
    ]);
    expect(messages).toBe(1);
  });

  it('says that the outcome is unknown when no answer comes in time', async () => {
    const { client } = await openLossy(() => true);
    const append = client.append(appendOf(fresh('task'), 0, [{ type: 'Noted', data: {} }]));
    await expect(append).rejects.toMatchObject({ code: 'EVENT_STORE_UNAVAILABLE' });
  });

  it('reads answers that are too large for one message piece by piece', async () => {
    const { store, client } = await openLossy(() => false);
    const stream = fresh('task');
    for (let version = 0; version < 8; version += 1) {
      await store.append(appendOf(stream, version, [{ type: 'Noted', data: 'x'.repeat(400_000) }]));
    }
    expect((await client.readAll({ after: 0, limit: 7 })).map(({ position }) => position)).toEqual([
      1, 2, 3, 4, 5, 6, 7,
    ]);
    expect(await client.readStream(stream, { fromVersion: 2 })).toHaveLength(7);
  });
});

import {
  anyEvent,
  createMemoryCheckpoints,
  type EventStore,
  type FollowedLog,
  followLog,
  type SchemaRegistry,
} from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { eventStoreContract } from '@claude-codex/eventing/spec/event-store.contract';
import { createLogger, systemClock } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { type Relay, startRelay } from '@claude-codex/service-kit/nats/relay';
import { EVENTS_STREAM } from '@claude-codex/service-kit/nats/relay-stream';
import { createStreamedEventStore } from '@claude-codex/service-kit/nats/streamed-event-store';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { describeWith, natsEngine, startTestNats, startTestPostgres, waitFor } from '@claude-codex/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEventStoreApp } from './app.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const role = 'codex_event_store';

/** The event store's service with its relay, and a client of it that reads the stream. */
async function openHouse(registry: SchemaRegistry) {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  const { connectionString } = postgres;
  const bus = await connectNatsBus({ url: nats.url, name: 'event-store', log });
  const client = await connectNatsBus({ url: nats.url, name: 'client', log });
  const pool = createPool({ connectionString, role, name: 'event-store' });
  const server = createPgEventStore({ pool, connectionString, role, registry, bus, log });
  const app = createEventStoreApp({ store: server, checkpoints: createMemoryCheckpoints(), bus, log });
  await app.start();
  const readEvents = (after: number, limit: number) => readEventRows(pool, after, limit);
  const relays: Relay[] = [];

  /** Pages the store was asked for by whoever reads the stream. */
  const asked: number[] = [];
  const direct = createBusEventStore({ bus: client, log });
  const counted: EventStore = {
    ...direct,
    readAll: async (range) => {
      asked.push(range.after);
      return direct.readAll(range);
    },
  };
  const jsm = await jetstreamManager(bus.connection, { checkAPI: false, timeout: 2_000 });
  const held = async () => {
    const [{ position }, info] = await Promise.all([server.head(), jsm.streams.info(EVENTS_STREAM).catch(() => null)]);
    return info?.state.last_seq === position;
  };
  return {
    server,
    asked,
    jsm,
    store: createStreamedEventStore({ bus: client, store: counted, registry, log, lateMs: 2_000 }),
    async startRelay(epoch?: string) {
      const store =
        epoch === undefined ? server : { ...server, head: async () => ({ ...(await server.head()), epoch }) };
      relays.push(startRelay({ connection: bus.connection, store, readEvents, clock: systemClock, log }));
      await waitFor('the stream to hold the log', held);
    },
    async stopRelay() {
      for (const relay of relays.splice(0)) await relay.stop();
    },
    async close() {
      await this.stopRelay();
      await app.stop();
      await client.close();
      await bus.close();
      await server.close();
      await pool.end();
      await Promise.all([nats.stop(), postgres.stop()]);
    },
  };
}
type House = Awaited<ReturnType<typeof openHouse>>;

async function write(store: EventStore, count: number): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) =>
      store.append(appendOf(fresh('task'), 0, [{ type: 'Counted', data: index }])),
    ),
  );
}

describeWith(natsEngine, 'the end of the log read from the stream', () => {
  eventStoreContract('Postgres over NATS, followed by the stream', async (registry) => {
    const house = await openHouse(registry);
    await house.startRelay();
    const unfollow = house.store.onHead(() => undefined);
    return {
      store: house.store,
      async close() {
        unfollow();
        await house.close();
      },
    };
  });

  describe('a follower', () => {
    let house: House;
    let taken: number[];
    let followed: FollowedLog;
    beforeEach(async () => {
      house = await openHouse(anyEvent);
      taken = [];
      await write(house.server, 20);
    });
    afterEach(async () => {
      await followed.stop();
      await house.close();
    });

    function follow(): void {
      const { store } = house;
      followed = followLog({
        store,
        clock: systemClock,
        log,
        take: (events) => void taken.push(...events.map(({ position }) => position)),
      });
    }
    /** It has everything, in order and once. */
    async function expectAll(): Promise<void> {
      const { position } = await house.server.head();
      await followed.reached(position);
      expect(taken).toEqual(Array.from({ length: position }, (_, index) => index + 1));
    }
    /** Until what is appended comes by the stream alone. */
    const onTheStream = () =>
      waitFor('the stream to be read', async () => {
        const before = house.asked.length;
        // One alone may have come with an answer of the store that was on its way already.
        for (let round = 0; round < 3; round += 1) {
          await write(house.server, 1);
          await followed.reached((await house.server.head()).position);
        }
        return house.asked.length === before;
      });

    it('takes from the store what was there before, and what comes after from the stream alone', async () => {
      await house.startRelay();
      follow();
      await expectAll();
      await onTheStream();
      const before = house.asked.length;
      const since = Date.now();
      for (let round = 0; round < 10; round += 1) {
        await write(house.server, 30);
        await expectAll();
      }
      // It makes sure of the stream once a second, and asks nothing else.
      expect(house.asked.length - before).toBeLessThanOrEqual((Date.now() - since) / 1_000 + 1);
    });

    it('goes on by the store when the stream stops without a word, and by the stream when it goes on', async () => {
      await house.startRelay();
      follow();
      await onTheStream();
      await house.stopRelay();
      await write(house.server, 50);
      await expectAll();
      await house.startRelay();
      await onTheStream();
      await expectAll();
    });

    it('goes on when the stream was taken away and made again', async () => {
      await house.startRelay();
      follow();
      await onTheStream();
      await house.stopRelay();
      await house.jsm.streams.delete(EVENTS_STREAM);
      await write(house.server, 30);
      await expectAll();
      await house.startRelay();
      await onTheStream();
      await expectAll();
    });

    it('takes nothing from a stream of another history', async () => {
      await house.startRelay('another-history');
      follow();
      await write(house.server, 30);
      await expectAll();
      expect(house.asked.length).toBeGreaterThan(1);
    });

    it('takes nothing from a stream that became one of another history while it was read', async () => {
      await house.startRelay();
      follow();
      await onTheStream();
      await house.stopRelay();
      await house.startRelay('another-history');
      await write(house.server, 30);
      await expectAll();
      const before = house.asked.length;
      await write(house.server, 5);
      await expectAll();
      expect(house.asked.length).toBeGreaterThan(before);
    });

    it('asks the store for what is further back than is held', async () => {
      await house.startRelay();
      follow();
      await onTheStream();
      for (let round = 0; round < 5; round += 1) await write(house.server, 500);
      await waitFor(
        'the stream to hold the log',
        async () => (await house.jsm.streams.info(EVENTS_STREAM)).state.last_seq >= 2_500,
      );
      const late: number[] = [];
      const second = followLog({
        store: house.store,
        clock: systemClock,
        log,
        take: (events) => void late.push(...events.map(({ position }) => position)),
      });
      await second.caughtUp();
      await second.stop();
      expect(late).toEqual(Array.from({ length: late.length }, (_, index) => index + 1));
      expect(late.length).toBe((await house.server.head()).position);
      await expectAll();
    });
  });
});

import { anyEvent } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import {
  describeWith,
  natsEngine,
  silentLog,
  startTestNats,
  startTestPostgres,
  type TestNats,
  type TestPostgres,
  waitFor,
} from '@claude-codex/testing';
import { jetstreamManager } from '@nats-io/jetstream';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { systemClock } from '../clock.ts';
import { readEventRows } from '../pg/event-rows.ts';
import { createPgEventStore, type PgEventStore } from '../pg/pg-event-store.ts';
import { createPool, type Pool } from '../pg/pool.ts';
import { connectNatsBus, type NatsBus } from './nats-bus.ts';
import { type Relay, startRelay } from './relay.ts';
import { auditEventsStream } from './relay-audit.ts';
import { EVENTS_STREAM } from './relay-stream.ts';

describeWith(natsEngine, 'relay to JetStream', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let bus: NatsBus;
  let pool: Pool;
  let store: PgEventStore;
  let relays: Relay[];

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    nats = await startTestNats();
    bus = await connectNatsBus({ url: nats.url, name: 'relay', log: silentLog });
    const connectionString = await postgres.createDatabase();
    pool = createPool({ connectionString, name: 'relay' });
    store = createPgEventStore({ pool, connectionString, registry: anyEvent, bus, log: silentLog });
    relays = [];
  });
  afterEach(async () => {
    await Promise.all(relays.map((relay) => relay.stop()));
    await store.close();
    await pool.end();
    await bus.close();
    await nats.stop();
  });

  const readEvents = (after: number, limit: number) => readEventRows(pool, after, limit);
  function relay(auditEveryMs = 60_000): Relay {
    const started = startRelay({
      connection: bus.connection,
      store,
      readEvents,
      clock: systemClock,
      log: silentLog,
      auditEveryMs,
    });
    relays.push(started);
    return started;
  }
  async function write(count: number): Promise<void> {
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        store.append(appendOf(fresh('task'), 0, [{ type: 'Counted', data: index }])),
      ),
    );
  }

  /** Waits until NATS holds everything, then compares each message with the event of that position. */
  async function expectSame(): Promise<void> {
    const { position, epoch } = await store.head();
    await waitFor('the connection', () => bus.status() === 'connected');
    const jsm = await jetstreamManager(bus.connection, { checkAPI: false, timeout: 1_000 });
    const info = await waitFor('NATS to hold the log', async () => {
      const now = await jsm.streams.info(EVENTS_STREAM);
      return now.state.last_seq === position && now.config.metadata?.epoch === epoch && now;
    });
    expect(info.state.messages).toBe(position - info.state.first_seq + 1);
    for (const event of await readEvents(info.state.first_seq - 1, 10_000)) {
      const message = await jsm.streams.getMessage(EVENTS_STREAM, { seq: event.position });
      expect(message?.json()).toEqual(event);
    }
    expect(await auditEventsStream(jsm, readEvents)).toBeNull();
  }

  it('puts every event at the sequence of its position', async () => {
    await write(30);
    relay();
    await write(300);
    await expectSame();
  });

  it('runs twice without a duplicate or a gap', async () => {
    const pair = [relay(), relay()];
    for (let round = 0; round < 10; round += 1) await write(60);
    await waitFor('both relays', async () => {
      const { position } = await store.head();
      return pair.every((one) => one.position() === position);
    });
    await expectSame();
  });

  it('fills a lost volume again', async () => {
    relay();
    await write(50);
    await expectSame();
    await nats.kill();
    await write(10);
    nats.replaceVolume(null);
    await nats.start();
    await expectSame();
  });

  it('goes on from a volume that was put back to an older state', async () => {
    relay();
    await write(20);
    await expectSame();
    await nats.kill();
    const old = nats.snapshot();
    await nats.start();
    await write(20);
    await expectSame();
    await nats.kill();
    nats.replaceVolume(old);
    await nats.start();
    await write(5);
    await expectSame();
  });

  it('makes the stream anew when the log was restored to another history', async () => {
    relay();
    await write(20);
    await expectSame();
    await pool.query(`update es.log_identity set epoch = 'restored'`);
    await write(1);
    await expectSame();
  });

  it('finds a message that is not the event of its position, and makes the stream anew', async () => {
    await write(3);
    const foreign = await jetstreamManager(bus.connection);
    const { epoch } = await store.head();
    await foreign.streams.add({ name: EVENTS_STREAM, subjects: ['evt.>'], metadata: { epoch } });
    await foreign.jetstream().publish('evt.x.Foreign', 'not ours', { msgID: 'foreign' });
    relay();
    await expectSame();
  });
});

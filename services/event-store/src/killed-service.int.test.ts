import { type AppendRequest, streamOf, subjects } from '@claude-codex/contracts';
import { type EventStore, EventStoreError } from '@claude-codex/eventing';
import { testMeta } from '@claude-codex/eventing/spec/append-request';
import { createLogger, newId } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus, type NatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import {
  describeWith,
  natsEngine,
  startTestNats,
  startTestPostgres,
  type TestNats,
  type TestPostgres,
  waitFor,
} from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type ServiceUnderTest, startService } from './service-process.fixture.ts';

const log = createLogger({ service: 'test', level: 'silent' });
const WRITERS = 12;
const KILLS = 4;

describeWith(natsEngine, 'event store processes that are killed', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let bus: NatsBus;
  let store: EventStore;
  const services: ServiceUnderTest[] = [];

  async function start(index: number): Promise<void> {
    services[index] = await startService(postgres, nats);
  }
  const killService = async (index: number) => services[index]?.kill();

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startTestPostgres(), startTestNats()]);
    await Promise.all([start(0), start(1)]);
    bus = await connectNatsBus({ url: nats.url, name: 'client', log });
    store = createBusEventStore({ bus, log, timeoutMs: 1_000, deadlineMs: 3_000 });
  });
  afterAll(async () => {
    await Promise.all([killService(0), killService(1)]);
    await bus.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  it('lose and double nothing of what was acknowledged over NATS', async ({ annotate }) => {
    const acknowledged = new Map<string, number>();
    const stop = { writing: false };
    let unknown = 0;

    async function appendUntilKnown(request: AppendRequest): Promise<void> {
      try {
        const result = await store.append(request);
        if (result.status === 'appended') acknowledged.set(request.commandId, result.lastPosition);
      } catch (error) {
        if (!(error instanceof EventStoreError) || error.code !== 'EVENT_STORE_UNAVAILABLE') throw error;
        unknown += 1;
        await appendUntilKnown(request);
      }
    }

    async function writer(): Promise<void> {
      while (!stop.writing) {
        const stream = streamOf('counter', newId());
        const events = [{ type: 'TaskNumberAssigned', data: { taskId: newId(), number: acknowledged.size + 1 } }];
        await appendUntilKnown({
          commandId: newId(),
          meta: testMeta,
          writes: [{ stream, expectedVersion: 0, events }],
        });
      }
    }

    const working = Promise.all(Array.from({ length: WRITERS }, writer));
    for (let kill = 0; kill < KILLS; kill += 1) {
      const before = acknowledged.size;
      await killService(kill % 2);
      await waitFor('the other service to carry on', () => acknowledged.size > before + 100, { timeoutMs: 30_000 });
      await start(kill % 2);
    }
    stop.writing = true;
    await working;

    const { position } = await store.head();
    const events = await store.readAll({ after: 0, limit: position });
    expect(events.map((event) => event.position)).toEqual(Array.from({ length: position }, (_, index) => index + 1));
    expect(new Map(events.map((event) => [event.meta.commandId, event.position]))).toEqual(acknowledged);
    expect(events).toHaveLength(acknowledged.size);
    await annotate(`${acknowledged.size} acknowledged, ${unknown} unknown outcomes, ${KILLS} kills`);
  }, 180_000);

  it('answer the health check over the bus', async () => {
    const answer = await bus.request(subjects.health('event-store'), new TextEncoder().encode('null'), {
      timeoutMs: 5_000,
    });
    expect(JSON.parse(new TextDecoder().decode(answer))).toMatchObject({ ok: true });
  });
});

import { type AppendRequest, streamOf } from '@claude-codex/contracts';
import { type EventStore, EventStoreError } from '@claude-codex/eventing';
import { testMeta } from '@claude-codex/eventing/spec/append-request';
import { createLogger, newId } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus, type NatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { checkLogInvariants } from '@claude-codex/service-kit/pg/audit/log-invariants';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
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
const REQUESTS = 60;

describeWith(natsEngine, 'an event store frozen (SIGSTOP) while it holds appends', () => {
  let postgres: TestPostgres;
  let nats: TestNats;
  let bus: NatsBus;
  let store: EventStore;
  let pool: Pool;
  let services: ServiceUnderTest[];

  beforeAll(async () => {
    [postgres, nats] = await Promise.all([startTestPostgres(), startTestNats()]);
    services = [await startService(postgres, nats), await startService(postgres, nats)];
    bus = await connectNatsBus({ url: nats.url, name: 'client', log });
    // The deadline is shorter than one try: what the frozen service holds is told as unknown, not quietly asked again.
    store = createBusEventStore({ bus, log, timeoutMs: 300, deadlineMs: 250 });
    pool = createPool({ connectionString: postgres.connectionString, name: 'audit' });
  });
  afterAll(async () => {
    await Promise.all(services.map((service) => service.kill()));
    await pool.end();
    await bus.close();
    await Promise.all([postgres.stop(), nats.stop()]);
  });

  it('another one answers the same commands, and nothing is lost or doubled when it goes on', async ({ annotate }) => {
    let unknown = 0;
    async function untilKnown(request: AppendRequest): Promise<[string, number]> {
      try {
        const result = await store.append(request);
        if (result.status !== 'appended') throw new Error(`answered ${result.status}`);
        return [request.commandId, result.firstPosition];
      } catch (error) {
        if (!(error instanceof EventStoreError) || error.code !== 'EVENT_STORE_UNAVAILABLE') throw error;
        unknown += 1;
        return untilKnown(request);
      }
    }
    const request = (): AppendRequest => ({
      commandId: newId(),
      meta: testMeta,
      writes: [
        {
          stream: streamOf('counter', newId()),
          expectedVersion: 0,
          events: [{ type: 'TaskNumberAssigned', data: { taskId: newId(), number: 1 } }],
        },
      ],
    });

    // The gate holds every append in the database, so that both services have some under way when one is frozen.
    const gate = await pool.connect();
    await gate.query('begin; select pg_advisory_xact_lock(20117, 1)');
    const asked = Promise.all(Array.from({ length: REQUESTS }, () => untilKnown(request())));
    await waitFor('both services to have appends under way', async () => {
      const { rowCount } = await gate.query(
        `select distinct pid from pg_locks where locktype = 'advisory' and classid = 20117 and not granted`,
      );
      return rowCount === 2;
    });
    services[0]?.process.kill('SIGSTOP');
    await gate.query('commit');
    gate.release();
    const answers = new Map(await asked);
    const meanwhile = await untilKnown(request());
    services[0]?.process.kill('SIGCONT');
    const afterwards = await Promise.all(Array.from({ length: REQUESTS }, () => untilKnown(request())));
    for (const [commandId, position] of [meanwhile, ...afterwards]) answers.set(commandId, position);

    const { position } = await store.head();
    const events = await store.readAll({ after: 0, limit: 1_000 });
    expect(events.map((event) => event.position)).toEqual(Array.from({ length: position }, (_, index) => index + 1));
    expect(new Map(events.map((event) => [event.meta.commandId, event.position]))).toEqual(answers);
    expect(events).toHaveLength(2 * REQUESTS + 1);
    expect(unknown).toBeGreaterThan(0);
    expect((await checkLogInvariants(pool)).filter(({ ok }) => ok !== true)).toEqual([]);
    await annotate(`${answers.size} acknowledged, ${unknown} unknown outcomes`);
  }, 60_000);
});

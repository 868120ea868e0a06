// `node bench/src/followers/main.ts 10`: what ten readers who follow the log cost the database, and how long an event
// takes to reach them, once by asking the store over NATS and once by the relay's stream.
import { loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { EVENT_TYPES, streamOf } from '@claude-codex/contracts';
import { createEventStoreApp } from '@claude-codex/event-store';
import { createMemoryCheckpoints, createSchemaRegistry, followLog } from '@claude-codex/eventing';
import { createLogger, newId, systemClock } from '@claude-codex/service-kit';
import { createBusEventStore } from '@claude-codex/service-kit/bus-event-store';
import { connectNatsBus } from '@claude-codex/service-kit/nats/nats-bus';
import { startRelay } from '@claude-codex/service-kit/nats/relay';
import { createStreamedEventStore } from '@claude-codex/service-kit/nats/streamed-event-store';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import { createPgEventStore } from '@claude-codex/service-kit/pg/pg-event-store';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { startTestNats, startTestPostgres } from '@claude-codex/testing';
import { percentiles } from '../eventing/append-load.ts';

const FOLLOWERS = 10;
const MS = Number(process.argv[2] ?? 10) * 1_000;
const log = createLogger({ service: 'bench', level: 'silent' });

type Way = 'store' | 'jetstream';
/** Tells a follower's position as it moves, and gives what ends it. */
type Follow = (taken: (position: number) => void) => Promise<() => Promise<unknown>>;

async function measure(way: Way, perSecond: number): Promise<string> {
  const [nats, postgres] = await Promise.all([startTestNats(), startTestPostgres()]);
  const { connectionString } = postgres;
  const role = 'codex_event_store';
  const bus = await connectNatsBus({ url: nats.url, name: 'event-store', log });
  const pool = createPool({ connectionString, role, name: 'event-store' });
  let reads = 0;
  const query = pool.query.bind(pool);
  pool.query = ((...args: Parameters<typeof query>) => {
    reads += 1;
    return query(...args);
  }) as typeof pool.query;
  const registry = createSchemaRegistry(EVENT_TYPES);
  const store = createPgEventStore({ pool, connectionString, role, registry, bus, log });
  const readEvents = (after: number, limit: number) => readEventRows(pool, after, limit);
  // Without readers of its stream the relay would be gone, and with it what it reads.
  const relay =
    way === 'store' ? null : startRelay({ connection: bus.connection, store, readEvents, clock: systemClock, log });
  const app = createEventStoreApp({ store, checkpoints: createMemoryCheckpoints(), bus, log });
  await app.start();

  const follow: Follow = async (taken) => {
    const own = await connectNatsBus({ url: nats.url, name: 'follower', log });
    const direct = createBusEventStore({ bus: own, log });
    const followed = followLog({
      store: way === 'store' ? direct : createStreamedEventStore({ bus: own, store: direct, registry, log }),
      clock: systemClock,
      log,
      take: (events) => {
        for (const { position } of events) taken(position);
      },
    });
    await followed.caughtUp();
    return async () => {
      await followed.stop();
      await own.close();
    };
  };

  const taken: Map<number, number>[] = Array.from({ length: FOLLOWERS }, () => new Map());
  if (relay !== null) await sleep(1_500); // until it has made its stream
  const stops = await Promise.all(taken.map((times) => follow((at) => times.set(at, performance.now()))));
  const stream = streamOf('task', newId());
  const meta = { actor: { kind: 'person', id: 'ada' } as const, causedBy: null, correlationId: 'bench' };
  const asked = new Map<number, number>();
  const appending: Promise<unknown>[] = [];
  const before = reads;
  const started = performance.now();
  for (let nth = 0; performance.now() - started < MS; nth += 1) {
    const from = performance.now();
    if (perSecond > 0) {
      const events = [{ type: 'TaskLabelled', data: { labels: [`${nth}`] } }];
      const writes = [{ stream, expectedVersion: 'any' as const, events }];
      appending.push(
        store
          .append({ commandId: newId(), meta: { ...meta, causationId: null, workspaceId: 'bench' }, writes })
          .then((result) => result.status === 'appended' && asked.set(result.lastPosition, from)),
      );
    }
    await sleep(Math.max(started + ((nth + 1) * 1_000) / Math.max(perSecond, 1) - performance.now(), 0));
  }
  const seconds = (performance.now() - started) / 1_000;
  const readsPerSecond = (reads - before) / seconds;
  await Promise.all(appending);
  await sleep(1_500);
  const times = taken.flatMap((each) => [...asked].map(([at, from]) => (each.get(at) ?? Number.NaN) - from));
  const missing = times.filter(Number.isNaN).length;
  const { p50, p99 } = percentiles(times.filter((time) => !Number.isNaN(time)).sort((a, b) => a - b));
  for (const stop of stops) await stop();
  await app.stop();
  await relay?.stop();
  await store.close();
  await bus.close();
  await pool.end();
  await Promise.all([nats.stop(), postgres.stop()]);
  const latency = perSecond === 0 ? '' : ` | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${missing}`;
  return `| ${way} | ${perSecond} | ${readsPerSecond.toFixed(0)}${latency}`;
}

console.log(`load ${loadavg()[0]?.toFixed(1)}; way | appends/s | reads of Postgres/s | p50 ms | p99 ms | missing`);
for (const perSecond of [0, 20, 200]) {
  for (const way of ['store', 'jetstream', 'store', 'jetstream'] as const) console.log(await measure(way, perSecond));
}
console.log(`load ${loadavg()[0]?.toFixed(1)}`);
process.exit();

import type { AppendRequest, RecordedEvent } from '@claude-codex/contracts/envelope';
import { anyEvent, type EventStore, EventStoreError } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { systemClock } from '../clock.ts';
import { linkHash } from './audit-chain.ts';
import { readEventRows } from './event-rows.ts';
import { createPgEventStore } from './pg-event-store.ts';
import { createPool, type Pool } from './pool.ts';

const WRITERS = 24;
const KILLS = 5;
const BETWEEN_KILLS_MS = 700;

let postgres: TestPostgres;
let pool: Pool;

beforeAll(async () => {
  postgres = await startTestPostgres({ durable: true });
  pool = createPool({ connectionString: postgres.connectionString, name: 'audit', onError: () => undefined });
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

interface Acknowledged {
  commandId: string;
  firstPosition: number;
  lastPosition: number;
}

it('loses, doubles and reorders nothing while the database is killed under 24 writers', async ({ annotate }) => {
  const { connectionString } = postgres;
  const open = () =>
    createPgEventStore({
      pool,
      connectionString,
      registry: anyEvent,
      bus: createInProcessBus(),
      log: silentLog,
      giveUpMs: 400,
    });
  // Two stores, as when two event-store processes run.
  const stores = [open(), open()];
  const acknowledged: Acknowledged[] = [];
  const stop = { writing: false };
  let unknown = 0;

  async function appendUntilKnown(store: EventStore, request: AppendRequest): Promise<void> {
    for (;;) {
      try {
        const result = await store.append(request);
        if (result.status === 'appended') acknowledged.push({ commandId: request.commandId, ...result });
        return;
      } catch (error) {
        if (!(error instanceof EventStoreError) || error.code !== 'EVENT_STORE_UNAVAILABLE') throw error;
        unknown += 1;
      }
    }
  }

  async function writer(index: number): Promise<void> {
    const store = stores[index % 2] ?? open();
    for (let version = 0; !stop.writing; version += 1) {
      const count = 1 + (version % 3);
      const events = Array.from({ length: count }, (_, nth) => ({ type: 'Written', data: { index, version, nth } }));
      const stream = version % 2 === 0 ? `task-hot-${version % 5}` : `task-${index}-${version}`;
      await appendUntilKnown(store, appendOf(stream, version % 2 === 0 ? 'any' : 0, events, fresh('storm')));
    }
  }

  /** Follows the log as a projection does; whatever it saw must be the final log's beginning. */
  async function follower(): Promise<string[]> {
    const seen: string[] = [];
    while (!stop.writing) {
      try {
        const events = await readEventRows(pool, seen.length, 500);
        if (events.length > 0) expect(events[0]?.position).toBe(seen.length + 1);
        seen.push(...events.map(({ eventId }) => eventId));
      } catch (error) {
        if (error instanceof Error && error.name === 'AssertionError') throw error;
        await systemClock.sleep(20);
      }
    }
    return seen;
  }

  const working = Promise.all(Array.from({ length: WRITERS }, (_, index) => writer(index)));
  const following = follower();
  for (let kill = 0; kill < KILLS; kill += 1) {
    await systemClock.sleep(BETWEEN_KILLS_MS);
    await postgres.kill();
    await postgres.start();
  }
  await systemClock.sleep(BETWEEN_KILLS_MS);
  stop.writing = true;
  await working;
  const seen = await following;
  await Promise.all(stores.map((store) => store.close()));

  const log: RecordedEvent[] = [];
  for (
    let page = await readEventRows(pool, 0, 5_000);
    page.length > 0;
    page = await readEventRows(pool, log.length, 5_000)
  ) {
    log.push(...page);
  }
  expectSound(log);
  expectKept(log, acknowledged);
  expect(seen).toEqual(log.slice(0, seen.length).map(({ eventId }) => eventId));
  expect(await headsThatDiffer()).toBe(0);
  expect(acknowledged.length).toBeGreaterThan(WRITERS);
  await annotate(`${acknowledged.length} acknowledged, ${unknown} unknown outcomes, ${KILLS} kills`);
}, 180_000);

/** I1, I2, I4 and the audit chain: no gap, versions rise with positions, ids are unique, every link fits. */
function expectSound(log: RecordedEvent[]): void {
  const versions = new Map<string, number>();
  let before = '';
  const wrong = log.filter((event, index) => {
    const version = (versions.get(event.stream) ?? 0) + 1;
    const fits = event.position === index + 1 && event.version === version && event.hash === linkHash(before, event);
    versions.set(event.stream, version);
    before = event.hash;
    return !fits;
  });
  expect(wrong).toEqual([]);
  expect(new Set(log.map(({ eventId }) => eventId)).size).toBe(log.length);
}

/** I3: every acknowledged command is where it was said to be, complete, and nowhere else. */
function expectKept(log: RecordedEvent[], acknowledged: Acknowledged[]): void {
  const owners = new Map(log.map(({ position, meta }) => [position, meta.commandId]));
  let told = 0;
  const lost = acknowledged.filter(({ commandId, firstPosition, lastPosition }) => {
    told += lastPosition - firstPosition + 1;
    for (let position = firstPosition; position <= lastPosition; position += 1) {
      if (owners.get(position) !== commandId) return true;
    }
    return false;
  });
  expect(lost).toEqual([]);
  // Every unknown outcome was asked until it was known, so nothing else may be there.
  expect(told).toBe(log.length);
}

/** I5. */
async function headsThatDiffer(): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*) from (select stream, max(version) as version from es.event group by stream) e
      full join es.stream s on s.id = e.stream where s.version is distinct from e.version`,
  );
  return rows[0]?.count ?? -1;
}

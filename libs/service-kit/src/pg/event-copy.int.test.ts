import { anyEvent } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { copyOut } from './copy-out.ts';
import { copyEvents } from './event-copy.ts';
import { readEventRows } from './event-rows.ts';
import { createPgEventStore, type PgEventStore } from './pg-event-store.ts';
import { createPool, type Pool } from './pool.ts';

let postgres: TestPostgres;
let pool: Pool;
let store: PgEventStore;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const { connectionString } = postgres;
  pool = createPool({ connectionString, name: 'copy' });
  store = createPgEventStore({
    pool,
    connectionString,
    registry: anyEvent,
    bus: createInProcessBus(),
    log: silentLog,
  });
});
afterAll(async () => {
  await store.close();
  await pool.end();
  await postgres.stop();
});

const AWKWARD = ['tab\there', 'line\nbreak\r\n', 'back\\slash \\N \\n \\\\', 'quo"te', '\b\f\v', 'Größe 🎉', '', '\\N'];

it('gives the same events as reading them row by row, whatever is written in them', async () => {
  for (const text of AWKWARD) {
    const request = appendOf(fresh('task'), 'any', [{ type: 'Written', data: { text, nested: [{ [text]: text }] } }]);
    const person = { kind: 'person' as const, id: `p-${text}` };
    await store.append({ ...request, meta: { ...request.meta, actor: person, causedBy: text, causationId: null } });
  }
  const client = await pool.connect();
  const copied = await copyEvents(client, 0, 1_000);
  expect(copied).toEqual(await readEventRows(client, 0, 1_000));
  expect(copied.map(({ data }) => (data as { text: string }).text)).toEqual(AWKWARD);
  expect(await copyEvents(client, 3, 2)).toEqual(copied.slice(3, 5));
  expect(await copyEvents(client, copied.length, 10)).toEqual([]);
  client.release();
});

it('leaves the connection usable after a query that fails, and tells when the connection dies', async () => {
  const client = await pool.connect();
  await expect(copyOut(client, 'select 1 / (2 - n) from generate_series(1, 3) n')).rejects.toThrow('division by zero');
  expect(await copyOut(client, 'select n, null from generate_series(1, 2) n')).toEqual(['1\t\\N', '2\t\\N']);
  await expect(
    copyOut(client, 'select pg_terminate_backend(pg_backend_pid()) from generate_series(1, 2)'),
  ).rejects.toThrow();
  client.release(true);
});

import { anyEvent, type Projection } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTestPostgres } from '@claude-codex/testing';
import { expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { createPgEventStore } from './pg-event-store.ts';
import { createPool } from './pool.ts';
import { registerProjection } from './projection-status.ts';
import { type PgTx, projectNext } from './projection-step.ts';

const BATCH = 50;
const EVENTS = 40 * BATCH;

const members: Projection<PgTx> = {
  name: 'members',
  version: 1,
  tables: ['members'],
  async handle(tx, events) {
    const ids = events.map(({ eventId }) => eventId);
    await tx.query({ name: 'read-members', text: 'select id from members where id = any($1)', values: [ids] });
    await tx.query({
      name: 'add-members',
      text: 'insert into members select * from unnest($1::text[])',
      values: [ids],
    });
  },
};

it('a projection looks rows up by key, however large its tables became since its statements were planned', async () => {
  const postgres = await startTestPostgres();
  const { connectionString } = postgres;
  const owner = createPool({ connectionString, name: 'owner' });
  await owner.query('create table read.members (id text primary key)');
  // Then Postgres knows that it is empty, as it knows a small table in life, and plans for that.
  await owner.query('vacuum analyze read.members');
  const bus = createInProcessBus();
  const store = createPgEventStore({ pool: owner, connectionString, registry: anyEvent, bus, log: silentLog });
  for (let count = 0; count < EVENTS; count += BATCH) {
    const events = Array.from({ length: BATCH }, () => ({ type: 'Added', data: {} }));
    await store.append(appendOf(fresh('task'), 0, events));
  }

  const pool = createPool({ connectionString, name: 'projector', role: 'codex_projector', max: 1 });
  await registerProjection(pool, members);
  const options = { pool, projection: members, registry: anyEvent, bus };
  for (let position = 0; position < EVENTS; ) {
    const step = await projectNext(options, BATCH);
    if (step.kind !== 'done') throw new Error(`the step was ${step.kind}`);
    ({ position } = step);
  }
  // A connection reports what it did at the latest when it is closed.
  await pool.end();

  const { rows } = await owner.query<{ seq_scan: number; rows: number }>(
    `select seq_scan::int, n_live_tup::int as rows from pg_stat_user_tables where relid = 'read.members'::regclass`,
  );
  expect(rows).toEqual([{ seq_scan: 0, rows: EVENTS }]);
  await store.close();
  await owner.end();
  await postgres.stop();
});

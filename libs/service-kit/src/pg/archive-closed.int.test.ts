import { EVENT_TYPES } from '@claude-codex/contracts';
import { createSchemaRegistry, readWholeStream } from '@claude-codex/eventing';
import { appendOf } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { archiveStream, type ClosedSince, findClosedStreams } from './archive-closed.ts';
import { checkLogInvariants } from './audit/log-invariants.ts';
import { walkLog } from './audit/walk-log.ts';
import { createPgEventStore, type PgEventStore } from './pg-event-store.ts';
import { createPool, type Pool } from './pool.ts';

const role = 'codex_event_store';
const HOUR = 3_600_000;
const types: Pick<ClosedSince, 'closes' | 'reopens'> = {
  closes: ['TaskCompleted', 'TaskCancelled', 'TaskDeleted'],
  reopens: ['TaskRetried'],
};
/** Everything in the log is older than this. */
const closed = () => ({ closedBefore: new Date(Date.now() + HOUR), ...types });

describe('archive of closed streams', () => {
  let postgres: TestPostgres;
  let pool: Pool;
  let owner: Pool;
  let store: PgEventStore;

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  beforeEach(async () => {
    const connectionString = await postgres.createDatabase();
    owner = createPool({ connectionString, name: 'owner' });
    pool = createPool({ connectionString, role, name: 'test' });
    const registry = createSchemaRegistry(EVENT_TYPES);
    store = createPgEventStore({ pool, connectionString, role, registry, bus: createInProcessBus(), log: silentLog });
    const writes = generateFlow(600, seededChooser(3)).map(({ stream, type, data, meta: { commandId, ...meta } }) => ({
      commandId,
      meta,
      writes: [{ stream, expectedVersion: 'any' as const, events: [{ type, data }] }],
    }));
    for (const write of writes) await store.append(write);
    return async () => {
      await store.close();
      await Promise.all([pool.end(), owner.end()]);
    };
  });

  const inTables = async () => {
    const { rows } = await pool.query<{ hot: number; archived: number }>(
      'select (select count(*) from es.event)::int as hot, (select count(*) from es.event_archive)::int as archived',
    );
    return rows[0] ?? { hot: 0, archived: 0 };
  };

  async function soundLog(): Promise<void> {
    const client = await owner.connect();
    try {
      const findings = [...(await checkLogInvariants(client)), ...(await walkLog(client))];
      expect(findings.filter(({ ok }) => ok !== true)).toEqual([]);
    } finally {
      client.release();
    }
  }

  it('takes the streams of ended tasks and of nothing else', async () => {
    const log = await store.readAll({ after: 0, limit: 10_000 });
    const ended = new Set<string>();
    for (const { stream, type } of log) {
      if (types.closes.includes(type)) ended.add(stream.slice('task-'.length));
      if (types.reopens.includes(type)) ended.delete(stream.slice('task-'.length));
    }
    const taskOf = new Map<string, string>();
    for (const { stream, version, data } of log) {
      if (version !== 1 || stream.startsWith('counter-')) continue;
      const { taskId } = data as { taskId?: string };
      if (stream.startsWith('task-')) taskOf.set(stream, stream.slice('task-'.length));
      else if (taskId !== undefined) taskOf.set(stream, taskId);
    }
    const wanted = [...taskOf].filter(([, task]) => ended.has(task)).map(([stream]) => stream);
    const found = (await findClosedStreams(pool, closed())).map(({ stream }) => stream);
    expect(found.toSorted()).toEqual(wanted.toSorted());
    expect(new Set(found.map((stream) => stream.split('-')[0])).size).toBeGreaterThan(4);
    expect(await findClosedStreams(pool, { ...types, closedBefore: new Date(Date.now() - HOUR) })).toEqual([]);
  });

  it('moves them without a trace: everything reads as before, and the log is sound', async () => {
    const before = await store.readAll({ after: 0, limit: 10_000 });
    const found = await findClosedStreams(pool, closed());
    let moved = 0;
    for (const { stream } of found) moved += await archiveStream(pool, stream, 3);
    expect(moved).toBe(found.reduce((sum, { events }) => sum + events, 0));
    expect(await inTables()).toEqual({ hot: before.length - moved, archived: moved });
    expect(await store.readAll({ after: 0, limit: 10_000 })).toEqual(before);
    for (const { stream } of found) {
      expect(await readWholeStream(store, stream)).toEqual(before.filter((event) => event.stream === stream));
    }
    expect(await findClosedStreams(pool, closed())).toEqual([]);
    await soundLog();
  });

  it('goes on appending meanwhile, also to a stream that was archived', async () => {
    const found = await findClosedStreams(pool, closed());
    const task = found.find(({ stream }) => stream.startsWith('task-'))?.stream ?? '';
    const version = (await readWholeStream(store, task)).length;
    let archiving = true;
    const appending = (async () => {
      let appended = 0;
      for (; archiving; appended += 1) {
        const event = { type: 'TaskPrioritised', data: { priority: 'low' } };
        const result = await store.append(appendOf('task-open', appended, [event], `open-${appended}`));
        expect(result).toMatchObject({ status: 'appended' });
      }
      return appended;
    })();
    for (const { stream } of found) await archiveStream(pool, stream, 1);
    archiving = false;
    expect(await appending).toBeGreaterThan(0);

    expect(await store.append(appendOf(task, version - 1, [{ type: 'TaskRetried', data: {} }], 'early'))).toMatchObject(
      {
        status: 'conflict',
        actual: version,
      },
    );
    await store.append(appendOf(task, version, [{ type: 'TaskRetried', data: {} }], 'again'));
    await store.append(appendOf('task-open', 'any', [{ type: 'TaskQueued', data: {} }], 'last'));
    expect(await readWholeStream(store, task)).toHaveLength(version + 1);
    // Opened again, it is not taken; nor is what belongs to it.
    expect((await findClosedStreams(pool, closed())).map(({ stream }) => stream)).not.toContain(task);
    await soundLog();
  });

  it('leaves the newest event where the log finds its head', async () => {
    const { position } = await store.head();
    const [last] = await store.readAll({ after: position - 1, limit: 1 });
    await archiveStream(pool, last?.stream ?? '');
    expect(await store.head()).toMatchObject({ position });
    const { rows } = await pool.query('select position from es.event where stream = $1', [last?.stream]);
    expect(rows).toEqual([{ position }]);
  });

  it('answers a repeated command whose events were archived', async () => {
    const [first] = await store.readAll({ after: 0, limit: 1 });
    if (first === undefined) throw new Error('the log is empty');
    const { commandId, ...meta } = first.meta;
    const events = [{ type: first.type, data: first.data }];
    const request = { commandId, meta, writes: [{ stream: first.stream, expectedVersion: 'any' as const, events }] };
    const before = await store.append(request);
    await archiveStream(pool, first.stream);
    expect(before).toMatchObject({ status: 'appended', duplicate: true });
    expect(await store.append(request)).toEqual(before);
  });
});

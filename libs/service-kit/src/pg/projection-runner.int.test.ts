import type { RecordedEvent } from '@claude-codex/contracts/envelope';
import { anyEvent, type Projection } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTestPostgres, type TestPostgres, waitFor } from '@claude-codex/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import type { Bus } from '../bus.ts';
import { systemClock } from '../clock.ts';
import { createPgEventStore, type PgEventStore } from './pg-event-store.ts';
import { createPool, type Pool } from './pool.ts';
import { type ProjectionRunner, runProjections } from './projection-runner.ts';
import { beginBuild, cancelBuild, readProjectionStatus, resumeProjection } from './projection-status.ts';
import type { PgTx } from './projection-step.ts';

/** Sums the numbers of each stream; digests a number called poison only once `cured`. */
function sums(name: string, health: { cured: boolean } = { cured: true }, version = 1): Projection<PgTx> {
  return {
    name,
    version,
    async handle(tx, events: readonly RecordedEvent[]) {
      const added = events.map(({ data }) => data as { amount: number; poison?: boolean });
      if (added.some(({ poison }) => poison === true && !health.cured)) throw new Error('cannot digest this');
      await tx.query(
        `insert into sums as s select $1, stream, sum(amount)::int * $2
          from unnest($3::text[], $4::int[]) as added (stream, amount) group by stream
          on conflict (name, stream) do update set total = s.total + excluded.total`,
        [name, version, events.map(({ stream }) => stream), added.map(({ amount }) => amount)],
      );
    },
    tables: ['sums'],
  };
}

describe('projection runner', () => {
  let postgres: TestPostgres;
  let connectionString: string;
  let pool: Pool;
  let bus: Bus;
  let store: PgEventStore;
  let runners: ProjectionRunner[];

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());

  beforeEach(async () => {
    connectionString = await postgres.createDatabase();
    pool = createPool({ connectionString, role: 'codex_projector', name: 'projector' });
    const owner = createPool({ connectionString, name: 'owner' });
    await owner.query('create table read.sums (name text, stream text, total int, primary key (name, stream))');
    await owner.end();
    bus = createInProcessBus();
    const writes = createPool({ connectionString, name: 'event-store' });
    store = createPgEventStore({ pool: writes, connectionString, registry: anyEvent, bus, log: silentLog });
    runners = [];
  });
  afterEach(async () => {
    await Promise.all(runners.map((runner) => runner.stop()));
    await store.close();
    await pool.end();
  });

  function run(...projections: Projection<PgTx>[]): ProjectionRunner {
    const runner = runProjections({
      pool,
      projections,
      registry: anyEvent,
      bus,
      clock: systemClock,
      log: silentLog,
      batchSize: 16,
    });
    runners.push(runner);
    return runner;
  }

  const added = (amount: number, more: object = {}) => ({ type: 'Added', data: { amount, ...more } });
  const add = (stream: string, amount: number, more: object = {}) =>
    store.append(appendOf(stream, 'any', [added(amount, more)]));
  const total = async (name: string, stream: string) => {
    const { rows } = await pool.query('select total from read.sums where name = $1 and stream = $2', [name, stream]);
    return (rows[0]?.total ?? 0) as number;
  };
  const statusOf = async (name: string) => (await readProjectionStatus(pool)).find((row) => row.name === name);

  it('projects what was there and what comes, and tells how far it is', async () => {
    const stream = fresh('task');
    for (let amount = 1; amount <= 40; amount += 1) await add(stream, amount);
    const heard: string[] = [];
    bus.subscribe('proj.sums', (payload) => heard.push(Buffer.from(payload).toString()));
    run(sums('sums'));
    await waitFor('the history', async () => (await total('sums', stream)) === 820);
    await add(stream, 100);
    await waitFor('the live event', async () => (await total('sums', stream)) === 920);
    expect(await statusOf('sums')).toMatchObject({ status: 'live', position: 41, lag: 0, lagSeconds: 0 });
    expect(heard.at(-1)).toBe('{"position":41}');
  });

  it('counts every event once although two processes run it and both are stopped at any moment', async () => {
    const stream = fresh('task');
    let stopped = 0;
    const writing = Promise.all(Array.from({ length: 200 }, () => add(stream, 1)));
    while (stopped < 6) {
      const pair = [run(sums('sums')), run(sums('sums'))];
      await systemClock.sleep(20);
      await Promise.all(pair.map((runner) => runner.stop()));
      stopped += 1;
    }
    await writing;
    run(sums('sums'));
    await waitFor('all events', async () => (await statusOf('sums'))?.lag === 0);
    expect(await total('sums', stream)).toBe(200);
  });

  it('stops one projection at a poison event, without skipping it and without stopping others', async () => {
    const stream = fresh('task');
    const health = { cured: false };
    const many = Array.from({ length: 50 }, (_, index) => added(1, index === 30 ? { poison: true } : {}));
    await store.append(appendOf(stream, 0, many));
    run(sums('ill', health), sums('well'));
    const ill = await waitFor('the pause', async () => {
      const status = await statusOf('ill');
      return status?.status === 'paused' && status;
    });
    expect(ill).toMatchObject({
      position: 30,
      lag: 20,
      lastError: { position: 31, type: 'Added', message: 'cannot digest this' },
    });
    expect(await total('ill', stream)).toBe(30);
    await waitFor('the other projection', async () => (await total('well', stream)) === 50);

    health.cured = true;
    expect(await resumeProjection(pool, 'ill')).toBe(true);
    await waitFor('the cured projection', async () => (await total('ill', stream)) === 50);
    expect(await statusOf('ill')).toMatchObject({ status: 'live', lastError: null });
  });

  it('pauses at an event whose statement always runs into its time limit', async () => {
    const impatient = createPool({ connectionString, role: 'codex_projector', name: 'slow', statementTimeoutMs: 100 });
    const slow: Projection<PgTx> = {
      name: 'slow',
      version: 1,
      handle: async (tx, events) => {
        if (events.some(({ data }) => (data as { slow?: boolean }).slow)) await tx.query('select pg_sleep(1)');
      },
    };
    for (let index = 0; index < 4; index += 1) await add(fresh('task'), 1, index === 2 ? { slow: true } : {});
    runners.push(
      runProjections({
        pool: impatient,
        projections: [slow],
        registry: anyEvent,
        bus,
        clock: systemClock,
        log: silentLog,
      }),
    );
    await waitFor('the pause', async () => (await statusOf('slow'))?.status === 'paused', { timeoutMs: 20_000 });
    expect(await statusOf('slow')).toMatchObject({ position: 2, lastError: { position: 3 } });
    await Promise.all(runners.map((runner) => runner.stop()));
    await impatient.end();
  });

  it('outlives the database dying while a batch is folded and nothing is asked of the connection', async () => {
    const stream = fresh('task');
    const folding = Promise.withResolvers<void>();
    const died = Promise.withResolvers<void>();
    const slow: Projection<PgTx> = {
      ...sums('sums'),
      async handle(tx, events) {
        folding.resolve();
        await died.promise;
        await sums('sums').handle(tx, events);
      },
    };
    await add(stream, 5);
    run(slow);
    await folding.promise;
    await postgres.kill();
    await systemClock.sleep(50);
    died.resolve();
    await postgres.start();
    await waitFor('the batch to be done after all', async () => (await total('sums', stream)) === 5);
  }, 30_000);

  it('builds a new version beside the live one, which never goes back, while events are appended', async () => {
    const stream = fresh('task');
    const other = fresh('task');
    for (let round = 0; round < 30; round += 1) {
      await store.append(
        appendOf(
          stream,
          'any',
          Array.from({ length: 100 }, () => added(1)),
        ),
      );
    }
    const old = run(sums('sums'));
    await waitFor('the old version', async () => (await total('sums', stream)) === 3_000, { timeoutMs: 40_000 });
    await old.stop();
    const stop = { writing: false };
    const appending = (async () => {
      for (; !stop.writing; await systemClock.sleep(1)) await add(other, 1);
    })();
    const seen: { position: number; other: number }[] = [];
    const watching = (async () => {
      for (; !stop.writing; await systemClock.sleep(2)) {
        const { rows } = await pool.query<{ position: number; other: number }>(
          `select position, coalesce((select abs(total) from read.sums where stream = $1), 0) as other
            from read.projection where name = 'sums' and status = 'live'`,
          [other],
        );
        seen.push(...rows);
      }
    })();
    run(sums('sums', { cured: true }, 2));
    await waitFor(
      'the new version',
      async () => (await readProjectionStatus(pool)).some(({ version, status }) => version === 2 && status === 'live'),
      { timeoutMs: 40_000 },
    );
    await systemClock.sleep(50);
    stop.writing = true;
    await Promise.all([appending, watching]);
    expect((await readProjectionStatus(pool)).map(({ version, status }) => [version, status])).toEqual([
      [1, 'retired'],
      [2, 'live'],
    ]);
    expect(await total('sums', stream)).toBe(6_000);
    const back = seen.filter(({ position }, index) => position < (seen[index - 1]?.position ?? 0));
    expect(back).toEqual([]);
    const { position } = await store.head();
    await waitFor('the last events', async () => (await total('sums', other)) === 2 * (position - 3_000));
  }, 120_000);

  it('builds the same version anew when asked, and leaves the live one alone when that fails', async () => {
    const stream = fresh('task');
    await add(stream, 5);
    await add(stream, 1, { poison: true });
    const health = { cured: true };
    run(sums('sums', health));
    await waitFor('the live one', async () => (await total('sums', stream)) === 6);
    const owner = createPool({ connectionString, name: 'operator' });
    await owner.query('update read.sums set total = 999');
    health.cured = false;
    await beginBuild(pool, sums('sums'));
    await waitFor('the build to start', async () => (await readProjectionStatus(pool)).length === 2);
    await systemClock.sleep(300);
    expect(await total('sums', stream)).toBe(999);
    expect(await cancelBuild(pool, 'sums')).toBe(true);
    expect(await cancelBuild(pool, 'sums')).toBe(false);
    expect(await readProjectionStatus(pool)).toMatchObject([{ build: 0, status: 'live' }]);
    expect((await pool.query("select to_regnamespace('read_build_sums') as left")).rows).toEqual([{ left: null }]);
    health.cured = true;
    await beginBuild(pool, sums('sums'));
    await waitFor('the new tables', async () => (await total('sums', stream)) === 6);
    // Rights, keys and indexes came along.
    await add(stream, 1);
    await waitFor('the live event', async () => (await total('sums', stream)) === 7);
    await beginBuild(pool, sums('sums'));
    await waitFor('a third build', async () =>
      (await readProjectionStatus(pool)).some(({ build, status }) => build === 2 && status === 'live'),
    );
    expect(await total('sums', stream)).toBe(7);
    await owner.end();
  }, 30_000);

  it('pauses when the log was restored to another history', async () => {
    run(sums('sums'));
    await waitFor('the projection to be registered', () => statusOf('sums'));
    const owner = createPool({ connectionString, name: 'operator' });
    await owner.query(`update es.log_identity set epoch = 'another'`);
    await owner.end();
    await add(fresh('task'), 1);
    await waitFor('the pause', async () => (await statusOf('sums'))?.status === 'paused');
    expect(await statusOf('sums')).toMatchObject({ position: 0, lastError: { code: 'EPOCH_CHANGED' } });
  });
});

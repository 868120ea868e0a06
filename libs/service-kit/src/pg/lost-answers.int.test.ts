import { anyEvent } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTcpProxy, startTestPostgres, type TcpProxy, type TestPostgres } from '@claude-codex/testing';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { systemClock } from '../clock.ts';
import { APPEND_BATCH, batchColumns } from './append-batch.ts';
import { appendItem } from './append-item.ts';
import { createPgEventStore, type PgEventStore } from './pg-event-store.ts';
import { createPool, type Pool } from './pool.ts';

const noted = (text: string) => ({ type: 'Noted', data: { text } });

describe('appends when things get lost', () => {
  let postgres: TestPostgres;
  let proxy: TcpProxy;
  let pool: Pool;
  let store: PgEventStore;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    const { connectionString } = postgres;
    proxy = await startTcpProxy(Number(new URL(connectionString).port));
    const throughProxy = connectionString.replace(/:\d+\//, `:${proxy.port}/`);
    pool = createPool({ connectionString, name: 'reader', onError: () => undefined });
    store = createPgEventStore({
      pool,
      connectionString: throughProxy,
      registry: anyEvent,
      bus: createInProcessBus(),
      log: silentLog,
      giveUpMs: 5_000,
    });
  });
  afterAll(async () => {
    await store.close();
    await pool.end();
    await proxy.stop();
    await postgres.stop();
  });

  it('appends once when the answer is lost after the commit', async () => {
    await store.append(appendOf(fresh('task'), 0, [noted('connects')]));
    const { position } = await store.head();
    proxy.loseNextAnswer();
    const stream = fresh('task');
    const result = await store.append(appendOf(stream, 0, [noted('once')]));
    expect(result).toMatchObject({
      status: 'appended',
      duplicate: true,
      firstPosition: position + 1,
      versions: { [stream]: 1 },
    });
    expect((await store.head()).position).toBe(position + 1);
  });

  it('appends each of a whole batch once when its connection is cut', async () => {
    const { position } = await store.head();
    const requests = Array.from({ length: 50 }, (_, index) => appendOf(fresh('task'), 0, [noted(`${index}`)]));
    const appending = Promise.all(requests.map((request) => store.append(request)));
    setImmediate(proxy.cut);
    const results = await appending;
    expect(results.every(({ status }) => status === 'appended')).toBe(true);
    expect((await store.head()).position).toBe(position + 50);
  });

  it('never shows a position before all lower ones are committed', async () => {
    const slow = new pg.Client({ connectionString: postgres.connectionString });
    await slow.connect();
    const { position } = await store.head();
    await slow.query('begin');
    const item = appendItem(appendOf(fresh('task'), 0, [noted('slow')]), anyEvent);
    await slow.query({ ...APPEND_BATCH, values: batchColumns([item]) });
    let answered = false;
    const overtaking = store.append(appendOf(fresh('task'), 0, [noted('fast')])).finally(() => {
      answered = true;
    });
    await systemClock.sleep(200);
    expect(answered).toBe(false);
    expect(await store.readAll({ after: position, limit: 10 })).toEqual([]);
    await slow.query('commit');
    await slow.end();
    expect(await overtaking).toMatchObject({ firstPosition: position + 2 });
    const read = await store.readAll({ after: position, limit: 10 });
    expect(read.map(({ data }) => data)).toEqual([{ text: 'slow' }, { text: 'fast' }]);
  });

  it('reads on when the database was restarted in between', async () => {
    const stream = fresh('task');
    await store.append(appendOf(stream, 0, [noted('before')]));
    await postgres.kill();
    const reading = Promise.all([store.readStream(stream), store.readAll({ after: 0, limit: 1 })]);
    await expect(store.head()).rejects.toMatchObject({ code: 'EVENT_STORE_UNAVAILABLE' });
    await postgres.start();
    const [history, first] = await reading;
    expect([history.length, first.length]).toEqual([1, 1]);
  });

  it('says that the outcome is unknown when the database stays away', async () => {
    const away = createPgEventStore({
      pool,
      connectionString: 'postgres://nobody@127.0.0.1:1/nothing',
      registry: anyEvent,
      bus: createInProcessBus(),
      log: silentLog,
      giveUpMs: 100,
    });
    const append = away.append(appendOf(fresh('task'), 0, [noted('lost')]));
    await expect(append).rejects.toMatchObject({ code: 'EVENT_STORE_UNAVAILABLE' });
    await away.close();
  });
});

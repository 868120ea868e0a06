import { type ChildProcess, spawn } from 'node:child_process';
import { on } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { anyEvent } from '@claude-codex/eventing';
import { appendOf, fresh } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTestPostgres, type TestPostgres, waitFor } from '@claude-codex/testing';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { systemClock } from '../clock.ts';
import { checkLogInvariants } from './audit/log-invariants.ts';
import { createPgEventStore, type PgEventStore } from './pg-event-store.ts';
import { createPool, type Pool } from './pool.ts';

const WRITER = fileURLToPath(new URL('./writer.fixture.ts', import.meta.url));
/** What es.append_batch takes before it reads the head of the log. */
const APPEND_LOCK = 'pg_advisory_xact_lock(20117, 1)';
/** A writer waits this long for an answer before it takes its connection for broken. */
const PATIENCE_MS = 7_000;

describe('a writer frozen (SIGSTOP) while its append is under way', () => {
  let postgres: TestPostgres;
  let pool: Pool;
  let store: PgEventStore;
  let writer: ChildProcess;
  let answers: AsyncIterator<string[]>;

  beforeEach(async () => {
    postgres = await startTestPostgres();
    const { connectionString } = postgres;
    pool = createPool({ connectionString, name: 'others', onError: () => undefined });
    store = createPgEventStore({
      pool,
      connectionString,
      registry: anyEvent,
      bus: createInProcessBus(),
      log: silentLog,
    });
    writer = spawn(process.execPath, [WRITER], {
      env: { ...process.env, DATABASE_URL: connectionString },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    if (writer.stdout === null) throw new Error('the writer has no output');
    answers = on(createInterface({ input: writer.stdout }), 'line') as AsyncIterator<string[]>;
  });
  afterEach(async () => {
    writer.kill('SIGKILL');
    await store.close();
    await pool.end();
    await postgres.stop();
  });

  const ask = (stream: string) => writer.stdin?.write(`${stream}\n`);
  async function answer(): Promise<unknown> {
    const { value } = await answers.next();
    return JSON.parse(value[0]);
  }
  const append = (stream: string) => store.append(appendOf(stream, 0, [{ type: 'Noted', data: { by: 'others' } }]));

  /** Lets the writer's statement reach the server and wait there, and freezes the writer. Gives what lets it go on. */
  async function freezeDuringAppend(stream: string): Promise<() => Promise<void>> {
    const gate = new pg.Client({ connectionString: postgres.connectionString });
    gate.on('error', () => undefined);
    await gate.connect();
    await gate.query(`begin; select ${APPEND_LOCK}`);
    ask(stream);
    await waitFor('the append to wait for its turn', async () => {
      const waiting = `select from pg_locks where locktype = 'advisory' and classid = 20117 and not granted`;
      return (await gate.query(waiting)).rowCount === 1;
    });
    writer.kill('SIGSTOP');
    return () => gate.end();
  }

  async function expectOneEach(streams: readonly string[]): Promise<void> {
    const events = await store.readAll({ after: 0, limit: 1_000 });
    expect(events.map(({ position }) => position)).toEqual(events.map((_, index) => index + 1));
    expect(events.map(({ stream }) => stream)).toEqual(streams);
    expect((await checkLogInvariants(pool)).filter(({ ok }) => ok !== true)).toEqual([]);
  }

  it('its statement is finished by the server, nobody waits for it, and it learns its place afterwards', async () => {
    ask('task-before');
    expect(await answer()).toMatchObject({ firstPosition: 1 });
    const letGo = await freezeDuringAppend('task-frozen');
    await letGo();
    const others = Array.from({ length: 20 }, () => fresh('task'));
    for (const stream of others) expect(await append(stream)).toMatchObject({ status: 'appended', duplicate: false });
    await expectOneEach(['task-before', 'task-frozen', ...others]);
    writer.kill('SIGCONT');
    expect(await answer()).toMatchObject({ status: 'appended', duplicate: false, firstPosition: 2 });
    await expectOneEach(['task-before', 'task-frozen', ...others]);
  });

  it('it appends nothing twice when it was frozen for longer than it waits for an answer', async () => {
    ask('task-before');
    await answer();
    const letGo = await freezeDuringAppend('task-frozen');
    await letGo();
    const others = [fresh('task'), fresh('task')];
    for (const stream of others) await append(stream);
    await systemClock.sleep(PATIENCE_MS + 500);
    writer.kill('SIGCONT');
    expect(await answer()).toMatchObject({ status: 'appended', firstPosition: 2, versions: { 'task-frozen': 1 } });
    ask('task-after');
    expect(await answer()).toMatchObject({ status: 'appended', firstPosition: 5 });
    await expectOneEach(['task-before', 'task-frozen', ...others, 'task-after']);
  }, 60_000);

  it('its statement fails as a whole when the database dies before it is done, and is made good once', async () => {
    await freezeDuringAppend('task-frozen');
    await postgres.kill();
    await postgres.start();
    const other = fresh('task');
    await append(other);
    writer.kill('SIGCONT');
    expect(await answer()).toMatchObject({ status: 'appended', duplicate: false, firstPosition: 2 });
    await expectOneEach([other, 'task-frozen']);
  }, 60_000);
});

import { anyEvent } from '@claude-codex/eventing';
import { appendOf } from '@claude-codex/eventing/spec/append-request';
import { migrations } from '@claude-codex/infra/migrations';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createInProcessBus } from '../bus/in-process-bus.ts';
import { migrate, type SchemaMigration } from './migrate.ts';
import { createPgEventStore } from './pg-event-store.ts';
import { createPool } from './pool.ts';

const step = (name: string, ...statements: string[]): SchemaMigration => ({ name, statements: () => statements });

describe('migrate', () => {
  let postgres: TestPostgres;
  let admin: pg.Client;
  let connectionString: string;
  let made = 0;

  beforeAll(async () => {
    postgres = await startTestPostgres();
    admin = new pg.Client({ connectionString: postgres.connectionString });
    await admin.connect();
  });
  afterAll(async () => {
    await admin.end();
    await postgres.stop();
  });
  beforeEach(async () => {
    made += 1;
    await admin.query(`create database empty_${made}`);
    connectionString = postgres.connectionString.replace(/[^/]+$/, `empty_${made}`);
  });

  const run = (steps: readonly SchemaMigration[]) => migrate({ connectionString, migrations: steps, log: silentLog });
  async function query(sql: string): Promise<unknown[]> {
    const client = new pg.Client({ connectionString });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  it('makes the whole schema once although several services start at the same time', async () => {
    await Promise.all([run(migrations), run(migrations), run(migrations)]);
    expect(await query('select name from schema_migration order by name')).toEqual(
      migrations.map(({ name }) => ({ name })).sort((a, b) => (a.name < b.name ? -1 : 1)),
    );
    expect(await query('select count(*)::int as count from es.log_identity')).toEqual([{ count: 1 }]);
  });

  it('refuses a database that could not keep every text', async () => {
    await admin.query(`create database ascii_${made} encoding 'SQL_ASCII' template template0`);
    connectionString = connectionString.replace(/[^/]+$/, `ascii_${made}`);
    await expect(run(migrations)).rejects.toThrow(/SQL_ASCII.*DATABASE_URL/);
    expect(await query(`select nspname from pg_namespace where nspname = 'es'`)).toEqual([]);
  });

  it('needs no superuser: an owner migrates, and each service logs in as itself', async () => {
    await admin.query(`create role owner_login login; create role store_login login in role codex_event_store`);
    await admin.query(`alter database empty_${made} owner to owner_login`);
    const loginAs = (login: string) => connectionString.replace('//postgres@', `//${login}@`);
    await migrate({ connectionString: loginAs('owner_login'), migrations, log: silentLog });

    const mine = { connectionString: loginAs('store_login'), role: 'codex_event_store' };
    const pool = createPool({ ...mine, name: 'event-store' });
    const store = createPgEventStore({ ...mine, pool, registry: anyEvent, bus: createInProcessBus(), log: silentLog });
    const result = await store.append(appendOf('task-1', 0, [{ type: 'Noted', data: {} }]));
    expect(result).toMatchObject({ status: 'appended', firstPosition: 1 });
    await expect(pool.query('insert into es.stream values ($1, 1)', ['x'])).rejects.toMatchObject({ code: '42501' });
    await store.close();
    await pool.end();
  });

  it('applies only what is new', async () => {
    await run([step('1', 'create table one (id int)', 'insert into one values (1)')]);
    await run([step('1', 'this must not run again'), step('2', 'insert into one values (2)')]);
    expect(await query('select id from one order by id')).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it('leaves nothing of a failed step behind', async () => {
    await expect(run([step('1', 'create table one (id int)', 'insert into nowhere values (1)')])).rejects.toThrow();
    expect(await query(`select to_regclass('one') as one`)).toEqual([{ one: null }]);
  });

  it('refuses a database that a newer release has migrated', async () => {
    await run([step('1', 'create table one (id int)'), step('2', 'create table two (id int)')]);
    await expect(run([step('1')])).rejects.toThrow('newer release (2)');
  });
});

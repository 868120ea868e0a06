import { migrations } from '@claude-codex/infra/migrations';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { migrate, type SchemaMigration } from './migrate.ts';

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

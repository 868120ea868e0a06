import { anyEvent } from '@claude-codex/eventing';
import { appendOf } from '@claude-codex/eventing/spec/append-request';
import { startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPEND_BATCH, batchColumns } from './append-batch.ts';
import { appendItem } from './append-item.ts';
import { createPool, type Pool } from './pool.ts';

const DENIED = '42501';
const APPEND_ONLY = '23001';

describe('rights in the database', () => {
  let postgres: TestPostgres;
  let owner: Pool;
  const pools: Pool[] = [];

  function as(role: string): Pool {
    const pool = createPool({ connectionString: postgres.connectionString, role, name: role });
    pools.push(pool);
    return pool;
  }
  const codeOf = (pool: Pool, sql: string, values: unknown[] = []) =>
    pool.query(sql, values).then(
      () => 'allowed',
      (error: { code?: string }) => error.code,
    );

  beforeAll(async () => {
    postgres = await startTestPostgres();
    owner = createPool({ connectionString: postgres.connectionString, name: 'owner' });
    pools.push(owner);
    const item = appendItem(appendOf('task-1', 0, [{ type: 'Noted', data: {} }]), anyEvent);
    await owner.query({ ...APPEND_BATCH, values: batchColumns([item]) });
  });
  afterAll(async () => {
    await Promise.all(pools.map((pool) => pool.end()));
    await postgres.stop();
  });

  it.each(['update es.event set type = $$x$$', 'delete from es.event', 'truncate es.event'])(
    'nobody changes committed events, not even the owner: %s',
    async (sql) => {
      expect(await codeOf(owner, sql)).toBe(APPEND_ONLY);
    },
  );

  it('the event store appends through the function and in no other way', async () => {
    const store = as('codex_event_store');
    const item = appendItem(appendOf('task-2', 0, [{ type: 'Noted', data: {} }]), anyEvent);
    expect(await codeOf(store, APPEND_BATCH.text, batchColumns([item]))).toBe('allowed');
    for (const sql of [
      'insert into es.event select * from es.event',
      'update es.stream set version = 9',
      `update es.log_identity set epoch = 'x'`,
      `insert into read.projection values ('x', 1, 'live', 0, 'x')`,
      'create table es.mine (id int)',
    ]) {
      expect([sql, await codeOf(store, sql)]).toEqual([sql, DENIED]);
    }
  });

  it('the event store has SELECT on the log and its heads, and everything else only through functions', async () => {
    const { rows } = await owner.query<{ table: string; rights: string }>(
      `select table_name as table, string_agg(privilege_type, ',' order by privilege_type) as rights
        from information_schema.role_table_grants
        where grantee = 'codex_event_store' and table_schema = 'es' group by table_name order by table_name`,
    );
    expect(Object.fromEntries(rows.map(({ table, rights }) => [table, rights]))).toEqual({
      audit_chain: 'SELECT',
      command_result: 'DELETE,SELECT', // pruning
      event: 'SELECT',
      event_archive: 'SELECT',
      every_event: 'SELECT',
      log_identity: 'SELECT',
      process_manager: 'INSERT,SELECT,UPDATE', // checkpoints
      snapshot: 'SELECT',
      stream: 'SELECT',
    });
    const functions = await owner.query<{ name: string }>(
      `select p.oid::regprocedure::text as name from pg_proc p
        where pronamespace = 'es'::regnamespace and has_function_privilege('codex_event_store', p.oid, 'execute')
        order by proname`,
    );
    expect(functions.rows.map(({ name }) => name.slice(0, name.indexOf('(')))).toEqual([
      'es.append_batch',
      'es.archive_oldest',
      'es.archive_stream',
      'es.keep_snapshot',
    ]);
  });

  it.each(['codex_projector', 'codex_gateway'])('%s has SELECT on the log and executes nothing of it', async (role) => {
    const tables = await owner.query<{ table: string }>(
      `select distinct table_name || ' ' || privilege_type as table from information_schema.role_table_grants
        where grantee = $1 and table_schema = 'es' order by 1`,
      [role],
    );
    expect(tables.rows.map(({ table }) => table)).toEqual([
      'event SELECT',
      'every_event SELECT',
      'log_identity SELECT',
    ]);
    const functions = await owner.query(
      `select p.oid::regprocedure as name from pg_proc p
        where pronamespace = 'es'::regnamespace and has_function_privilege($1, p.oid, 'execute')`,
      [role],
    );
    expect(functions.rows).toEqual([]);
  });

  it('the projector reads events and writes read models only', async () => {
    const projector = as('codex_projector');
    expect(await codeOf(projector, 'select * from es.event')).toBe('allowed');
    expect(await codeOf(projector, `insert into read.projection values ('x', 1, 'live', 0, 'x')`)).toBe('allowed');
    expect(await codeOf(projector, APPEND_BATCH.text, batchColumns([]))).toBe(DENIED);
    expect(await codeOf(projector, 'select * from es.command_result')).toBe(DENIED);
    expect(await codeOf(projector, 'create table accounts.mine (id int)')).toBe(DENIED);
  });

  it('the gateway reads, and writes accounts only', async () => {
    const gateway = as('codex_gateway');
    expect(await codeOf(gateway, 'select * from es.event')).toBe('allowed');
    expect(await codeOf(gateway, 'select * from read.projection')).toBe('allowed');
    expect(await codeOf(gateway, 'delete from read.projection')).toBe(DENIED);
    expect(await codeOf(gateway, APPEND_BATCH.text, batchColumns([]))).toBe(DENIED);
    const { rows } = await owner.query<{ table: string }>(
      `select quote_ident(table_name) as table from information_schema.tables where table_schema = 'accounts'`,
    );
    for (const { table } of rows) expect(await codeOf(gateway, `delete from accounts.${table}`)).toBe('allowed');
  });

  it('refuses to append under another isolation level, where the head it sees may be old', async () => {
    const client = await owner.connect();
    await client.query('begin isolation level repeatable read');
    await expect(client.query({ ...APPEND_BATCH, values: batchColumns([]) })).rejects.toMatchObject({ code: '25000' });
    await client.query('rollback');
    client.release();
  });
});

import { anyEvent } from '@claude-codex/eventing';
import { appendOf } from '@claude-codex/eventing/spec/append-request';
import { silentLog, startTestPostgres, type TestPostgres, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { APPEND_BATCH, batchColumns } from './append-batch.ts';
import { appendItem } from './append-item.ts';
import { createPool, type Pool } from './pool.ts';
import { pruneCommandResults, startPruning } from './prune-command-results.ts';

describe('old command results', () => {
  let postgres: TestPostgres;
  let owner: Pool;
  let pool: Pool;
  const left = async () =>
    (await owner.query<{ id: string }>('select command_id as id from es.command_result order by 1')).rows.map(
      ({ id }) => id,
    );

  beforeAll(async () => {
    postgres = await startTestPostgres();
  });
  afterAll(() => postgres.stop());
  beforeEach(async () => {
    const connectionString = await postgres.createDatabase();
    owner = createPool({ connectionString, name: 'owner' });
    pool = createPool({ connectionString, name: 'prune', role: 'codex_event_store' });
    for (const id of ['a1', 'a2', 'a3', 'a4', 'a5', 'new']) {
      const item = appendItem(appendOf(`task-${id}`, 0, [{ type: 'Noted', data: {} }], id), anyEvent);
      await owner.query({ ...APPEND_BATCH, values: batchColumns([item]) });
    }
    await owner.query(`update es.command_result set at = now() - interval '31 days' where command_id like 'a%'`);
    return async () => {
      await Promise.all([owner.end(), pool.end()]);
    };
  });

  it('are forgotten however many there are, and newer ones stay', async () => {
    expect(await pruneCommandResults(pool, 2)).toBe(5);
    expect(await left()).toEqual(['new']);
    expect(await pruneCommandResults(pool, 2)).toBe(0);
  });

  it('are forgotten from time to time', async () => {
    const stop = startPruning(pool, silentLog, 20);
    await waitFor('the old ones to be gone', async () => (await left()).length === 1);
    await stop();
  });
});

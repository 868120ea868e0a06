import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { foldBatch } from '@claude-codex/read-models/tasks/fold-batch';
import { createPool, type Pool, type PoolClient } from '@claude-codex/service-kit/pg/pool';
import { startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { flows, generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROJECTIONS } from './projections.ts';
import { foldRepository, isRepositoryEvent } from './repositories/fold-repository.ts';
import { readAllTasks } from './tasks/read-all-tasks.fixture.ts';

let postgres: TestPostgres;
let pool: Pool;
beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = createPool({ connectionString: postgres.connectionString, name: 'test', role: 'codex_projector' });
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

/** What the runner does for a projection: its tables are named without a schema. */
async function empty(client: PoolClient, { tables = [] }: (typeof PROJECTIONS)[number]): Promise<void> {
  await client.query('set search_path = read');
  await client.query(`truncate ${tables.join(', ')}`);
}

/** Empties the read models, then projects the history in batches of the given sizes, over and over. */
async function project(events: readonly RecordedDomainEvent[], sizes: readonly number[]): Promise<void> {
  const client = await pool.connect();
  try {
    for (const projection of PROJECTIONS) {
      await empty(client, projection);
      let from = 0;
      for (let batch = 0; from < events.length; batch += 1) {
        const size = sizes[batch % sizes.length] ?? 1;
        await client.query('begin');
        await projection.handle(client, events.slice(from, from + size));
        await client.query('commit');
        from += size;
      }
    }
  } finally {
    client.release();
  }
}

async function all<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
  return (await pool.query<Row>(text, values)).rows;
}

/** Everything the read models hold, as plain data. */
async function contents(): Promise<Record<string, object[]>> {
  const tables = {
    task: 'task_id',
    column_count: 'workspace_id, board_column',
    task_member: 'stream',
    task_event: 'task_id, position',
    task_row: 'task_id, kind, id',
    cost_day: 'workspace_id, day',
    workspace: 'workspace_id',
    member: 'workspace_id, user_id',
    workspace_row: 'kind, id',
  };
  const entries = Object.entries(tables).map(
    async ([table, key]) => [table, await all(`select * from read.${table} order by ${key}`)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

describe('the read models', () => {
  it('equal the fold of their events', async () => {
    await fc.assert(
      fc.asyncProperty(flows(200), async (events) => {
        await project(events, [17]);
        const folded = foldBatch(new Map(), new Map(), events.filter(isTaskRelated));
        const changed = folded.tasks.toSorted((a, b) => a.taskId.localeCompare(b.taskId));
        const tasks = await all<{ deleted: boolean; position: number }>(
          'select deleted, position from read.task order by task_id',
        );
        expect(tasks).toEqual(changed.map(({ deleted, position }) => ({ deleted, position })));
        expect(await readAllTasks(pool)).toEqual(changed.flatMap(({ view, deleted }) => (deleted ? [] : [view])));
        const repositories = await all<{ view: unknown }>(
          `select body as view from read.workspace_row where kind = 'repository' order by id`,
        );
        const byId = Map.groupBy(events.filter(isRepositoryEvent), ({ stream }) => stream);
        expect(repositories.map(({ view }) => view)).toEqual(
          [...byId].sort(([a], [b]) => a.localeCompare(b)).map(([, its]) => its.reduce(foldRepository, null)),
        );
      }),
      { numRuns: 15 },
    );
  });

  it('are the same whatever the batches were', async () => {
    await fc.assert(
      fc.asyncProperty(
        flows(150),
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1 }),
        async (events, sizes) => {
          await project(events, [events.length]);
          const inOneGo = await contents();
          await project(events, sizes);
          expect(await contents()).toEqual(inOneGo);
        },
      ),
      { numRuns: 8 },
    );
  });

  it('count the tasks of every column', async () => {
    const kept = 'select workspace_id, board_column, tasks::int as tasks from read.column_count order by 1, 2';
    const columns = new Set<string>();
    for (const seed of [3, 5, 7, 11]) {
      // Most tasks of a whole history are deleted at its end.
      await project(generateFlow(3_000, seededChooser(seed)).slice(0, 300), [40]);
      const counted = await all<{ board_column: string }>(`select workspace_id, board_column, count(*)::int as tasks
        from read.task where not deleted group by workspace_id, board_column order by 1, 2`);
      expect(await all(kept)).toEqual(counted);
      for (const { board_column } of counted) columns.add(board_column);
    }
    expect(columns.size).toBeGreaterThan(1);
  });

  it('cost a fixed number of statements per batch, however many events it has', async () => {
    const counts = [];
    for (const steps of [100, 4_000]) {
      const events = generateFlow(steps, seededChooser(5));
      const client = await pool.connect();
      let statements = 0;
      const counting = {
        query: ((...query: Parameters<typeof client.query>) => {
          statements += 1;
          return client.query(...query);
        }) as typeof client.query,
      };
      for (const projection of PROJECTIONS) {
        await empty(client, projection);
        await projection.handle(counting, events);
      }
      client.release();
      counts.push(statements);
    }
    expect(counts[1]).toBeLessThanOrEqual(20);
    expect(counts[0]).toBeLessThanOrEqual(20);
  });

  it('find tasks by the beginning of words, number and label', async () => {
    // A history may end with every task deleted; one of these does not.
    const tasks: { task_id: string; number: number; description: string }[] = [];
    for (let seed = 1; seed <= 20 && tasks.length === 0; seed += 1) {
      await project(generateFlow(600, seededChooser(seed)), [50]);
      tasks.push(
        ...(await all<(typeof tasks)[number]>(
          `select task_id, number, body #>> '{value,description}' as description from read.task
            join read.task_row using (task_id) where kind = 'task_brief' and not deleted limit 1`,
        )),
      );
    }
    const [first] = tasks;
    expect(first).toBeDefined();
    const found = await all<{ task_id: string }>(
      `select task_id from read.task where not deleted and search @@ to_tsquery('simple', $1)`,
      [`${first?.description.slice(0, 3).toLowerCase()}:* & ${first?.number}`],
    );
    expect(found).toContainEqual({ task_id: first?.task_id });
  });

  it('keep no word of a deleted task but the fact', async () => {
    await project(generateFlow(4_000, seededChooser(3)), [100]);
    const gone = await all(`select title, search::text, kind, body from read.task t join read.task_row r using (task_id)
      where deleted`);
    expect(gone.length).toBeGreaterThan(0);
    expect(new Set(gone.map((row) => JSON.stringify(row)))).toEqual(
      new Set([JSON.stringify({ title: '', search: '', kind: 'task', body: null })]),
    );
  });
});

import type { SessionView } from '@claude-codex/contracts';
import { newId } from '@claude-codex/service-kit/ids';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, setUp } from '../api-client.fixture.ts';
import { startTestGateway, type TestGateway } from '../gateway.fixture.ts';
import { type Furnished, furnish } from '../workspace.fixture.ts';

interface Asked {
  text: string;
  values: unknown[];
}

let gateway: TestGateway;
let owner: Client;
let workspaceId: string;
let task: Furnished;

beforeAll(async () => {
  gateway = await startTestGateway();
  owner = await setUp(gateway);
  workspaceId = ((await owner.call('GET', '/api/session')).body as SessionView).workspace?.id ?? '';
  task = await furnish(gateway, workspaceId);
  // The task has to be in the read model before it is copied.
  await owner.call('GET', `/api/attention?min_position=${task.position}`);
});
afterAll(() => gateway.stop());

/** Copies of a task in every column, as the projector would have them, until there are so many. */
async function growTo(tasks: number): Promise<void> {
  const { rows } = await gateway.admin.query<{ tasks: number }>('select count(*)::int as tasks from read.task');
  const before = rows[0]?.tasks ?? 0;
  const { rowCount } = await gateway.admin.query(
    `insert into read.task (task_id, workspace_id, number, board_column, state, priority_rank, repository_id, title, search,
        created_at, updated_at, position)
      select $4 || lpad(n::text, 20, '0'), workspace_id, number,
        (array['queued', 'working', 'needs_you', 'in_review', 'ready_to_merge', 'done'])[n % 6 + 1], state, priority_rank,
        repository_id, title, search, created_at, updated_at + n * interval '1 ms', 0
      from read.task, generate_series($1::int + 1, $2) n where task_id = $3`,
    [before, tasks, task.taskId, newId().slice(0, 6)],
  );
  expect(rowCount).toBe(tasks - before);
  await gateway.admin.query(
    `insert into read.task_row (kind, id, workspace_id, task_id, wide, body, position)
      select r.kind, case r.id when $1 then t.task_id else r.id end, t.workspace_id, t.task_id, r.wide, r.body, 0
      from read.task t, read.task_row r where r.task_id = $1 on conflict do nothing`,
    [task.taskId],
  );
  await gateway.admin.query('delete from read.column_count');
  await gateway.admin.query(
    `insert into read.column_count select workspace_id, board_column, count(*) from read.task
      where not deleted group by workspace_id, board_column`,
  );
  await gateway.admin.query('vacuum analyze read.task, read.task_row');
}

/** The statements on read models that a request runs. */
async function statementsOf(path: string): Promise<Asked[]> {
  const { pool } = gateway;
  const query = pool.query;
  const asked: Asked[] = [];
  Object.assign(pool, {
    query: (...args: [Asked, ...unknown[]]) => {
      if (args[0].text?.includes('read.') && !args[0].text.includes('read.projection')) asked.push(args[0]);
      return Reflect.apply(query, pool, args);
    },
  });
  const answer = await owner.call('GET', path);
  Object.assign(pool, { query });
  expect(answer.status).toBe(200);
  return asked;
}

/** Pages of tables and indexes that Postgres looked at. */
async function pagesOf(asked: readonly Asked[]): Promise<number> {
  let pages = 0;
  for (const { text, values } of asked) {
    const explain = () =>
      gateway.admin.query<{ 'QUERY PLAN': [{ Plan: Record<string, number> }] }>(
        `explain (analyze, buffers, format json) ${text}`,
        values,
      );
    // The first time a connection also looks into catalogues.
    await Promise.all([explain(), explain()]);
    const { rows } = await explain();
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    pages += (plan?.['Shared Hit Blocks'] ?? 0) + (plan?.['Shared Read Blocks'] ?? 0);
  }
  return pages;
}

it('a board and a task cost the same few statements and pages with a hundred times the tasks', async () => {
  await growTo(100);
  const board = await statementsOf('/api/board?perColumn=5');
  const page = await statementsOf(`/api/tasks/${task.taskId}`);
  expect([board.length, page.length]).toEqual([3, 1]);
  const few = [await pagesOf(board), await pagesOf(page)];

  await growTo(10_000);
  const many = [await pagesOf(board), await pagesOf(page)];
  // An index gets a level or two deeper; six columns are looked up, five cards of each.
  expect(many[0]).toBeLessThanOrEqual((few[0] ?? 0) + 6 * 7);
  expect(many[1]).toBeLessThanOrEqual((few[1] ?? 0) + 3);
});

it('what is asked again without a change asks the database nothing', async () => {
  await owner.call('GET', '/api/board?perColumn=7');
  expect(await statementsOf('/api/board?perColumn=7')).toEqual([]);
});

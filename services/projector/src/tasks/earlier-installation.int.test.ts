import type { RecordedDomainEvent } from '@claude-codex/contracts';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { migrations } from '@claude-codex/infra/migrations';
import { cardOf } from '@claude-codex/read-models/tasks/card';
import { foldBatch } from '@claude-codex/read-models/tasks/fold-batch';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { silentLog, startTestPostgres, type TestPostgres } from '@claude-codex/testing';
import { generateFlow, seededChooser } from '@claude-codex/testing/flow-generator';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROJECTIONS } from '../projections.ts';
import { readAllTasks } from './read-all-tasks.fixture.ts';

let postgres: TestPostgres;
let pool: Pool;
let connectionString: string;
beforeAll(async () => {
  postgres = await startTestPostgres();
  const admin = createPool({ connectionString: postgres.connectionString, name: 'admin' });
  await admin.query('create database earlier');
  await admin.end();
  connectionString = postgres.connectionString.replace(/[^/]+$/, 'earlier');
  pool = createPool({ connectionString, name: 'test' });
});
afterAll(async () => {
  await pool.end();
  await postgres.stop();
});

/** Threads, proposed issues and the texts that people put others in place of came later: the rows of then have no place for them. */
const wasKnownThen = ({ stream, type }: RecordedDomainEvent) =>
  !/^(?:thread|proposal)-/.test(stream) && type !== 'DocumentRevised';

it('an installation from before shows the same tasks at once, and goes on from them', async () => {
  const run = (steps: typeof migrations) => migrate({ connectionString, migrations: steps, log: silentLog });
  await run(migrations.filter(({ name }) => name < '0014'));
  const events = generateFlow(3_000, seededChooser(31)).filter(wasKnownThen);
  const atUpdate = 600;
  const before = foldBatch(new Map(), new Map(), events.slice(0, atUpdate).filter(isTaskRelated));
  for (const { taskId, workspaceId, view, deleted, position } of before.tasks) {
    await pool.query(
      `insert into read.task (task_id, workspace_id, number, board_column, state, priority_rank, repository_id, title,
         search, created_at, updated_at, deleted, card, view, position)
       values ($1, $2, $3, $4, $5, 2, $6, '', '', $7, $8, $9, $10, $11, $12)`,
      [
        ...[
          taskId,
          workspaceId,
          view.number,
          view.column,
          view.state,
          view.repositoryId,
          view.createdAt,
          view.updatedAt,
        ],
        ...[deleted, deleted ? null : cardOf(view), deleted ? null : view, position],
      ],
    );
  }
  for (const { stream, taskId } of before.members) {
    await pool.query('insert into read.task_member values ($1, $2)', [stream, taskId]);
  }
  await pool.query(`insert into read.column_count select workspace_id, board_column, count(*) from read.task
    where not deleted group by workspace_id, board_column`);

  await run(migrations);
  const there = before.tasks.filter(({ deleted }) => !deleted).toSorted((a, b) => (a.taskId < b.taskId ? -1 : 1));
  expect(there.length).toBeGreaterThan(2);
  expect(there.some(({ view }) => view.reviews.some(({ comments }) => comments.length > 0))).toBe(true);
  expect(await readAllTasks(pool)).toEqual(there.map(({ view }) => view));

  // Until its rebuild is done, a new release goes on with the rows of the one before.
  const client = await pool.connect();
  await client.query('set search_path = read');
  const tasks = PROJECTIONS.find(({ name }) => name === 'tasks');
  await tasks?.handle(client, events.slice(atUpdate));
  client.release();
  const after = foldBatch(new Map(), new Map(), events.filter(isTaskRelated));
  const left = after.tasks.filter(({ deleted }) => !deleted).toSorted((a, b) => (a.taskId < b.taskId ? -1 : 1));
  expect(await readAllTasks(pool)).toEqual(left.map(({ view }) => view));
});

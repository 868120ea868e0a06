import {
  BoardColumn,
  type ForgeView,
  type InstanceView,
  type RepositoryView,
  type ServiceView,
  type TaskView,
} from '@claude-codex/contracts';
import { attentionRow } from '@claude-codex/contracts/live/attention';
import { forgeRow } from '@claude-codex/contracts/live/forge';
import type { LiveRow } from '@claude-codex/contracts/live/live-row';
import { repositoryRow } from '@claude-codex/contracts/live/repository';
import { serviceRow } from '@claude-codex/contracts/live/service';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import { assembleTask, attemptRow, attemptUsageRow } from '@claude-codex/contracts/live/task-page';
import type { Pool, QueryResultRow } from 'pg';
import { type Answer, createAnswer } from './answer.ts';
import { BODY, INSTALLATION, MAX_ROWS, OF_KIND } from './live-rows.ts';
import type { ReadPosition } from './positions.ts';
import { type RowChoice, readReviewRows, readTaskRows } from './task-rows.ts';
import type { TextCache } from './text-cache.ts';

/** Single rows of the projector's tables, always within one workspace. Null: no such row here. */
export interface ReadModels {
  task(workspaceId: string, taskId: string): Promise<TaskView | null>;
  /** The same, ready to send: a `TaskRead` that says a stream may go on from `asOf`. */
  taskAnswer(workspaceId: string, taskId: string, asOf: ReadPosition): Promise<Answer | null>;
  /** Rows of it, ready to send: a `TaskRowsView`. */
  taskRowsAnswer(which: WhichRows, asOf: ReadPosition): Promise<Answer | null>;
  instance(workspaceId: string, instanceId: string): Promise<InstanceView | null>;
  instances(workspaceId: string, state: string | null): Promise<InstanceView[]>;
  /** What is open, oldest first: an `AttentionView`. */
  attentionAnswer(workspaceId: string, asOf: ReadPosition): Promise<Answer>;
  repository(workspaceId: string, repositoryId: string): Promise<RepositoryView | null>;
  repositories(workspaceId: string): Promise<RepositoryView[]>;
  /** Tasks of a repository that have not ended. */
  openTasksOf(repositoryId: string): Promise<number>;
  services(workspaceId: string): Promise<ServiceView[]>;
  /** Its connections to forges, those that ended too. */
  forges(workspaceId: string): Promise<ForgeView[]>;
  /** The newest cards of each column and how many there are: a `BoardView` that says it shows `asOf`. */
  boardAnswer(workspaceId: string, perColumn: number, asOf: ReadPosition): Promise<Answer>;
  costTodayUsd(workspaceId: string): Promise<number>;
  /** Everything of one kind of live row: a `RowsView`. */
  rowsAnswer(workspaceId: string, kind: string, asOf: ReadPosition): Promise<Answer>;
}

export interface WhichRows {
  workspaceId: string;
  taskId: string;
  of: RowChoice;
  /** Of one review alone. */
  reviewId: string | null;
}

const TASK_EXISTS = 'select true as value from read.task where workspace_id = $1 and task_id = $2 and not deleted';

const ATTEMPT = `select a.body -> 'value' || jsonb_build_object('usage', u.body -> 'value') as value
  from read.task_row a join read.task_row u
    on u.task_id = a.task_id and u.kind = '${attemptUsageRow.kind}' and u.id = a.id
  where a.workspace_id = $1 and a.kind = '${attemptRow.kind}' and a.gone is null`;

/** Rows of one kind that everybody in the workspaces sees. */
function listOf({ kind, table }: LiveRow, order: string, where = 'true'): string {
  return `select ${BODY} as value from read.${table} where workspace_id = any($1) and kind = '${kind}'
    and wide and gone is null and ${where} order by ${order} limit ${MAX_ROWS}`;
}

const ATTENTION = listOf(attentionRow, `body ->> 'openedAt', id`);
const REPOSITORIES = listOf(repositoryRow, `body ->> 'name', id`, `body ->> 'status' <> 'removed'`);
const SERVICES = listOf(serviceRow, 'id');
const FORGES = listOf(forgeRow, `body ->> 'provider'`);

const BOARD = `select (r.body || jsonb_build_object('position', r.position))::text as value from
    unnest($3::text[]) as c(name)
  cross join lateral (
    select task_id, updated_at from read.task
    where workspace_id = $1 and board_column = c.name and not deleted
    order by updated_at desc, task_id desc limit $2) t
  join read.task_row r on r.task_id = t.task_id and r.kind = '${cardRow.kind}' and r.id = t.task_id`;

const COLUMN_COUNTS = `select board_column as column, tasks::int as count from read.column_count
  where workspace_id = $1`;

const COST_TODAY = `select cost_usd::float8 as value from read.cost_day
  where workspace_id = $1 and day = (now() at time zone 'UTC')::date`;

export function createReadModels({ pool, cache }: { pool: Pool; cache: TextCache }): ReadModels {
  /** Named, so that Postgres plans each once per connection. */
  async function rows<Row extends QueryResultRow>(name: string, text: string, values: unknown[]): Promise<Row[]> {
    return (await pool.query<Row>({ name: `read_${name}`, text, values })).rows;
  }

  async function one<Value>(name: string, text: string, values: unknown[]): Promise<Value | null> {
    return (await rows<{ value: Value }>(name, text, values))[0]?.value ?? null;
  }

  async function many<Value>(name: string, text: string, values: unknown[]): Promise<Value[]> {
    return (await rows<{ value: Value }>(name, text, values)).map(({ value }) => value);
  }

  async function costTodayUsd(workspaceId: string): Promise<number> {
    return (await one<number>('cost_today', COST_TODAY, [workspaceId])) ?? 0;
  }

  return {
    async task(workspaceId, taskId) {
      return assembleTask(await readTaskRows(pool, workspaceId, taskId, 'all'));
    },
    taskAnswer: (workspaceId, taskId, asOf) =>
      cache.get(`task ${workspaceId} ${taskId} ${keyOf(asOf)}`, async () => {
        const task = assembleTask(await readTaskRows(pool, workspaceId, taskId, 'all'));
        return task === null ? null : createAnswer(`{"readAt":{${jsonOf(asOf)}},${JSON.stringify(task).slice(1)}`);
      }),
    taskRowsAnswer: ({ workspaceId, taskId, of, reviewId }, asOf) =>
      cache.get(`rows ${workspaceId} ${taskId} ${reviewId ?? of} ${keyOf(asOf)}`, async () => {
        const [exists, rows] = await Promise.all([
          one<boolean>('task_exists', TASK_EXISTS, [workspaceId, taskId]),
          reviewId === null
            ? readTaskRows(pool, workspaceId, taskId, of)
            : readReviewRows(pool, workspaceId, taskId, reviewId),
        ]);
        return exists === null ? null : createAnswer(`{${jsonOf(asOf)},"rows":${JSON.stringify(rows)}}`);
      }),
    instance: (...key) => one('instance', `${ATTEMPT} and a.id = $2`, key),
    instances: (workspaceId, state) =>
      many(
        'instances',
        `${ATTEMPT} and ($2::text is null or a.body #>> '{value,state}' = $2) order by a.id desc limit ${MAX_ROWS}`,
        [workspaceId, state],
      ),
    attentionAnswer: (workspaceId, asOf) =>
      cache.get(`attention ${workspaceId} ${keyOf(asOf)}`, async () => {
        const items = await many<string>('attention', ATTENTION, [[workspaceId]]);
        return createAnswer(`{${jsonOf(asOf)},"items":[${items.join(',')}]}`);
      }),
    repository: (...key) =>
      one(
        'repository',
        `select body as value from read.workspace_row where workspace_id = $1 and task_id = ''
         and kind = '${repositoryRow.kind}' and id = $2 and gone is null and body ->> 'status' <> 'removed'`,
        key,
      ),
    repositories: async (workspaceId) => parsed(await many('repositories', REPOSITORIES, [[workspaceId]])),
    openTasksOf: async (repositoryId) =>
      (await one<number>(
        'open_tasks',
        `select count(*)::int as value from read.task where repository_id = $1 and not deleted
         and state not in ('draft', 'completed', 'failed', 'cancelled')`,
        [repositoryId],
      )) ?? 0,
    services: async (workspaceId) => parsed(await many('services', SERVICES, [[workspaceId, INSTALLATION]])),
    forges: async (workspaceId) => parsed(await many('forges', FORGES, [[workspaceId]])),
    boardAnswer: (workspaceId, perColumn, asOf) =>
      cache.get(`board ${workspaceId} ${perColumn} ${today()} ${keyOf(asOf)}`, async () => {
        const [cards, counts, cost] = await Promise.all([
          many<string>('board', BOARD, [workspaceId, perColumn, BoardColumn.options]),
          rows<{ column: string; count: number }>('column_counts', COLUMN_COUNTS, [workspaceId]),
          costTodayUsd(workspaceId),
        ]);
        const byColumn = Object.fromEntries(counts.map(({ column, count }) => [column, count]));
        const rest = `"tasks":[${cards.join(',')}],"counts":${JSON.stringify(byColumn)},"costTodayUsd":${cost}`;
        return createAnswer(`{${jsonOf(asOf)},"nextCursor":null,${rest}}`);
      }),
    rowsAnswer: (workspaceId, kind, asOf) =>
      cache.get(`rows ${workspaceId} ${kind} ${keyOf(asOf)}`, async () => {
        const rows = await many<string>('rows', OF_KIND, [[workspaceId, INSTALLATION], kind]);
        return createAnswer(`{${jsonOf(asOf)},"rows":[${rows.join(',')}]}`);
      }),
    costTodayUsd: async (workspaceId) =>
      Number(await cache.get(`cost ${workspaceId} ${today()}`, async () => String(await costTodayUsd(workspaceId)))),
  };
}

function parsed<Body>(bodies: readonly string[]): Body[] {
  return bodies.map((body) => JSON.parse(body) as Body);
}

/** The cost of "today" changes at midnight without an event. */
function today(): string {
  return new Date().toISOString().slice(0, 10);
}

function keyOf({ epoch, position }: ReadPosition): string {
  return `${epoch}-${position}`;
}

function jsonOf({ epoch, position }: ReadPosition): string {
  return `"position":${position},"epoch":"${epoch}"`;
}

import type { AttentionItem, InstanceView, RepositoryView, ServiceView, TaskView } from '@claude-codex/contracts';
import type { Pool, QueryResultRow } from 'pg';

/** Services of the installation itself, which every workspace sees. */
export const INSTALLATION = 'installation';

/** Single rows of the projector's tables, always within one workspace. Null: no such row here. */
export interface ReadModels {
  task(workspaceId: string, taskId: string): Promise<TaskView | null>;
  /** The same as JSON text, for answers. */
  taskText(workspaceId: string, taskId: string): Promise<string | null>;
  instance(workspaceId: string, instanceId: string): Promise<InstanceView | null>;
  instances(workspaceId: string, state: string | null): Promise<InstanceView[]>;
  attention(workspaceId: string): Promise<AttentionItem[]>;
  repository(workspaceId: string, repositoryId: string): Promise<RepositoryView | null>;
  repositories(workspaceId: string): Promise<RepositoryView[]>;
  /** Tasks of a repository that have not ended. */
  openTasksOf(repositoryId: string): Promise<number>;
  services(workspaceId: string): Promise<ServiceView[]>;
  columnCounts(workspaceId: string): Promise<Record<string, number>>;
  /** Cards as JSON text: the newest of each column. */
  boardText(workspaceId: string, perColumn: number): Promise<string[]>;
  costTodayUsd(workspaceId: string): Promise<number>;
}

const MAX_ROWS = 1_000;

export function createReadModels(pool: Pool): ReadModels {
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

  return {
    task: (...key) =>
      one('task', 'select view as value from read.task where workspace_id = $1 and task_id = $2 and not deleted', key),
    taskText: (...key) =>
      one(
        'task_text',
        'select view::text as value from read.task where workspace_id = $1 and task_id = $2 and not deleted',
        key,
      ),
    instance: (...key) =>
      one('instance', 'select view as value from read.instance where workspace_id = $1 and instance_id = $2', key),
    instances: (workspaceId, state) =>
      many(
        'instances',
        `select view as value from read.instance where workspace_id = $1 and ($2::text is null or state = $2)
         order by instance_id desc limit ${MAX_ROWS}`,
        [workspaceId, state],
      ),
    attention: (workspaceId) =>
      many(
        'attention',
        `select item as value from read.attention where workspace_id = $1 and closed_at is null
         order by opened_at, id limit ${MAX_ROWS}`,
        [workspaceId],
      ),
    repository: (...key) =>
      one(
        'repository',
        `select view as value from read.repository where workspace_id = $1 and repository_id = $2 and status <> 'removed'`,
        key,
      ),
    repositories: (workspaceId) =>
      many(
        'repositories',
        `select view as value from read.repository where workspace_id = $1 and status <> 'removed'
         order by name, repository_id limit ${MAX_ROWS}`,
        [workspaceId],
      ),
    openTasksOf: async (repositoryId) =>
      (await one<number>(
        'open_tasks',
        `select count(*)::int as value from read.task where repository_id = $1 and not deleted
         and state not in ('draft', 'completed', 'failed', 'cancelled')`,
        [repositoryId],
      )) ?? 0,
    services: (workspaceId) =>
      many(
        'services',
        `select view as value from read.service where workspace_id = any($1) and not removed order by service_id`,
        [[workspaceId, INSTALLATION]],
      ),
    async columnCounts(workspaceId) {
      const counts = await rows<{ column: string; count: number }>(
        'column_counts',
        `select board_column as column, count(*)::int as count from read.task
         where workspace_id = $1 and not deleted group by board_column`,
        [workspaceId],
      );
      return Object.fromEntries(counts.map(({ column, count }) => [column, count]));
    },
    boardText: (workspaceId, perColumn) =>
      many(
        'board',
        `select t.card::text as value from
           (values ('queued'), ('working'), ('needs_you'), ('in_review'), ('ready_to_merge'), ('done')) as c(name)
         cross join lateral (
           select card, updated_at, task_id from read.task
           where workspace_id = $1 and board_column = c.name and not deleted
           order by updated_at desc, task_id desc limit $2) t`,
        [workspaceId, perColumn],
      ),
    costTodayUsd: async (workspaceId) =>
      (await one<number>(
        'cost_today',
        `select cost_usd::float8 as value from read.cost_day
         where workspace_id = $1 and day = (now() at time zone 'UTC')::date`,
        [workspaceId],
      )) ?? 0,
  };
}

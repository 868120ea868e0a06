import type { TaskView } from '@claude-codex/contracts';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import { assembleTask, type TaskRow } from '@claude-codex/contracts/live/task-page';
import type { ChangedTask, TaskBatch } from '@claude-codex/read-models/tasks/fold-batch';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';

const PRIORITY_RANK = { urgent: 0, high: 1, normal: 2, low: 3 } as const;

/** The tasks of these streams, as far as they are known. */
export async function readMembers(tx: PgTx, streams: readonly string[]): Promise<Map<string, string>> {
  if (streams.length === 0) return new Map();
  const { rows } = await tx.query<{ stream: string; task_id: string }>({
    name: 'read-task-members',
    text: 'select stream, task_id from task_member where stream = any($1)',
    values: [streams],
  });
  return new Map(rows.map((row) => [row.stream, row.task_id]));
}

/** These tasks, put together from their rows; deleted and unknown ones are absent. */
export async function readTasks(tx: PgTx, ids: readonly string[]): Promise<Map<string, TaskView>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<TaskRow & { task_id: string }>({
    name: 'read-tasks',
    text: `select task_id, kind, body || jsonb_build_object('position', position) as body from task_row
      where task_id = any($1) and gone is null`,
    values: [ids],
  });
  const byTask = Map.groupBy(rows, ({ task_id }) => task_id);
  return new Map(
    [...byTask].flatMap(([id, its]) => {
      const view = assembleTask(its);
      return view === null ? [] : [[id, view]];
    }),
  );
}

/** Of a deleted task the row remains, without its content, so that streams can say that it is gone. */
export async function writeTasks(tx: PgTx, tasks: readonly ChangedTask[]): Promise<void> {
  if (tasks.length === 0) return;
  await tx.query({
    name: 'upsert-tasks',
    text: `insert into task (task_id, workspace_id, number, board_column, state, priority_rank, repository_id,
        title, search, created_at, updated_at, deleted, position)
      select task_id, workspace_id, number, board_column, state, priority_rank, repository_id, title,
        coalesce(to_tsvector('simple', search_text), ''), created_at, updated_at, deleted, position
      from unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::text[], $6::smallint[], $7::text[], $8::text[],
        $9::text[], $10::timestamptz[], $11::timestamptz[], $12::boolean[], $13::bigint[])
        as changed (task_id, workspace_id, number, board_column, state, priority_rank, repository_id, title,
          search_text, created_at, updated_at, deleted, position)
      on conflict (task_id) do update set board_column = excluded.board_column, state = excluded.state,
        priority_rank = excluded.priority_rank, title = excluded.title,
        search = case when excluded.search = '' and not excluded.deleted then task.search else excluded.search end,
        updated_at = excluded.updated_at, deleted = excluded.deleted,
        position = excluded.position`,
    values: [
      column(tasks, ({ taskId }) => taskId),
      column(tasks, ({ workspaceId }) => workspaceId),
      column(tasks, ({ view }) => view.number),
      column(tasks, ({ view }) => view.column),
      column(tasks, ({ view }) => view.state),
      column(tasks, ({ view }) => PRIORITY_RANK[view.priority]),
      column(tasks, ({ view }) => view.repositoryId),
      column(tasks, ({ view, deleted }) => (deleted ? '' : view.title)),
      column(tasks, ({ searchText, deleted }) => (deleted ? null : searchText)),
      column(tasks, ({ view }) => view.createdAt),
      column(tasks, ({ view }) => view.updatedAt),
      column(tasks, ({ deleted }) => deleted),
      column(tasks, ({ position }) => position),
    ],
  });
  const gone = tasks.filter(({ deleted }) => deleted);
  if (gone.length === 0) return;
  await tx.query({
    name: 'forget-parts',
    text: 'delete from task_row where task_id = any($1) and kind <> $2',
    values: [column(gone, ({ taskId }) => taskId), cardRow.kind],
  });
}

export async function writeMembers(tx: PgTx, members: TaskBatch['members']): Promise<void> {
  if (members.length === 0) return;
  await tx.query({
    name: 'add-task-members',
    text: `insert into task_member (stream, task_id) select * from unnest($1::text[], $2::text[])
      on conflict (stream) do nothing`,
    values: [column(members, ({ stream }) => stream), column(members, ({ taskId }) => taskId)],
  });
}

/** By task: the index takes neighbours for a fraction of what it takes for rows in the order of the log. */
export async function writeTaskEvents(tx: PgTx, events: TaskBatch['events']): Promise<void> {
  if (events.length === 0) return;
  const byTask = [...Map.groupBy(events, ({ taskId, workspaceId }) => `${taskId} ${workspaceId}`).values()];
  const firsts = byTask.flatMap(([first]) => first ?? []);
  await tx.query({
    name: 'add-task-events',
    text: `insert into task_event (task_id, workspace_id, position)
      select task_id, workspace_id, unnest(positions::bigint[])
      from unnest($1::text[], $2::text[], $3::text[]) as task (task_id, workspace_id, positions)`,
    values: [
      column(firsts, ({ taskId }) => taskId),
      column(firsts, ({ workspaceId }) => workspaceId),
      column(byTask, (its) => `{${its.map(({ position }) => position).join(',')}}`),
    ],
  });
}

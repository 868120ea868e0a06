import { BoardColumn } from '@claude-codex/contracts';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';

/** A page of the past replays at most about so many events. */
const EVERY = 4_000;
/** More than a board shows, because tasks leave a column between here and the position that is asked for. */
const NEWEST = 300;

/** Those with tasks, and those of the last time ($2), whose last task may be gone. Never all tasks: there are too many. */
const WORKSPACES = `select workspace_id as kept from column_count
  union select workspace_id from board_history where position = $2`;

/**
 * Once enough events have come since the last time, keeps what changed since, and what the boards look like. Reads the
 * rows this transaction has just brought to `position`.
 */
export async function keepHistory(tx: PgTx, position: number): Promise<void> {
  const { rows } = await tx.query<{ before: number }>({
    name: 'last-history',
    text: 'select coalesce(max(position), 0)::bigint as before from board_history',
  });
  const before = Number(rows[0]?.before ?? 0);
  if (position - before < EVERY) return;
  await tx.query({
    name: 'keep-task-history',
    text: `insert into task_history (task_id, position, workspace_id, board_column, updated_at, deleted, card, parts)
      select changed.task_id, $1, changed.workspace_id, board_column, updated_at, deleted,
        card.body || jsonb_build_object('position', card.position),
        case when not deleted then (select jsonb_agg(jsonb_build_object('kind', kind, 'body',
            body || jsonb_build_object('position', p.position)))
          from task_row p where p.task_id = changed.task_id and p.gone is null) end
      from (${WORKSPACES}) w cross join lateral (select * from task
        where workspace_id = w.kept and position > $2 order by position) changed
      join task_row card on card.task_id = changed.task_id and card.kind = $3 and card.id = changed.task_id`,
    values: [position, before, cardRow.kind],
  });
  await tx.query({
    name: 'keep-board-history',
    text: `insert into board_history (workspace_id, position, newest, counts, day, cost_usd)
      select w.workspace_id, $1::bigint,
        (select coalesce(jsonb_object_agg(name, ids), '{}') from unnest($4::text[]) as c(name)
          cross join lateral (select jsonb_agg(jsonb_build_array(task_id,
            to_char(updated_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))) as ids
          from (select task_id, updated_at from task
            where workspace_id = w.workspace_id and board_column = c.name and not deleted
            order by updated_at desc, task_id desc limit $3) t) n
          where ids is not null),
        (select coalesce(jsonb_object_agg(board_column, tasks), '{}') from column_count
          where workspace_id = w.workspace_id),
        coalesce(d.day, 'epoch'), coalesce(d.cost_usd, 0)
      from (select kept as workspace_id from (${WORKSPACES}) k) w left join lateral (select day, cost_usd from cost_day
        where workspace_id = w.workspace_id order by day desc limit 1) d on true`,
    values: [position, before, NEWEST, BoardColumn.options],
  });
}

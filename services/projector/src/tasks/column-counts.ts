import type { TaskView } from '@claude-codex/contracts';
import type { ChangedTask } from '@claude-codex/read-models/tasks/fold-batch';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';

export interface Moved {
  workspaceId: string;
  column: string;
  /** Tasks more, or fewer, than before; never 0. */
  by: number;
}

/** What a batch changes in the numbers of tasks per column. `before` lacks deleted and unknown tasks. */
export function movedBetweenColumns(before: ReadonlyMap<string, TaskView>, after: readonly ChangedTask[]): Moved[] {
  const moved = new Map<string, Moved>();
  const add = (workspaceId: string, column: string, by: number): void => {
    const key = `${workspaceId} ${column}`;
    moved.set(key, { workspaceId, column, by: (moved.get(key)?.by ?? 0) + by });
  };
  for (const { taskId, workspaceId, view, deleted } of after) {
    const known = before.get(taskId);
    if (known !== undefined) add(workspaceId, known.column, -1);
    if (!deleted) add(workspaceId, view.column, 1);
  }
  return [...moved.values()].filter(({ by }) => by !== 0);
}

/** Adds to what is there: right exactly once, which the checkpoint in the same transaction sees to. */
export async function writeColumnCounts(tx: PgTx, moved: readonly Moved[]): Promise<void> {
  if (moved.length === 0) return;
  await tx.query({
    name: 'move-column-counts',
    text: `merge into column_count c
      using unnest($1::text[], $2::text[], $3::bigint[]) as moved (workspace_id, board_column, by)
      on c.workspace_id = moved.workspace_id and c.board_column = moved.board_column
      when matched and c.tasks + moved.by = 0 then delete
      when matched then update set tasks = c.tasks + moved.by
      when not matched then insert values (moved.workspace_id, moved.board_column, moved.by)`,
    values: [
      column(moved, ({ workspaceId }) => workspaceId),
      column(moved, (move) => move.column),
      column(moved, ({ by }) => by),
    ],
  });
}

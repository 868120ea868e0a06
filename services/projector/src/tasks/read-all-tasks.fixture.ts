import type { TaskView } from '@claude-codex/contracts';
import { assembleTask, type TaskRow } from '@claude-codex/contracts/live/task-page';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';

/** Every task that is there, by id, as its rows say it. */
export async function readAllTasks(tx: PgTx): Promise<TaskView[]> {
  const { rows } = await tx.query<TaskRow & { task_id: string }>(
    `select task_id, kind, body || jsonb_build_object('position', position) as body from read.task_row
      where task_id <> '' and gone is null order by task_id`,
  );
  return [...Map.groupBy(rows, ({ task_id }) => task_id).values()].flatMap((its) => assembleTask(its) ?? []);
}

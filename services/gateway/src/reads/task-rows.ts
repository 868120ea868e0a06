import { commentRow, reviewRow, reviewWorkRow, type TaskRow } from '@claude-codex/contracts/live/task-page';
import type { Pool } from 'pg';

/** The review that a row is a part of; null for what is part of the task itself. */
const REVIEW = `case kind when '${reviewWorkRow.kind}' then id when '${commentRow.kind}' then body #>> '{value,reviewId}' end`;

/** Reviews somebody looks at: those that are open, and the newest of documents and of changes. */
const LOOKED_AT = `select id from read.task_row where task_id = $2 and kind = '${reviewRow.kind}' and gone is null
    and body #>> '{value,status}' = 'open'
  union
  (select distinct on (body #>> '{value,subject}') id from read.task_row
    where task_id = $2 and kind = '${reviewRow.kind}' and gone is null
    order by body #>> '{value,subject}', (body ->> 'nth')::int desc)`;

const CHOICES = {
  all: 'true',
  /** What a page begins with: all but the comments and the work of reviews that are over. */
  page: `(${REVIEW} is null or ${REVIEW} in (${LOOKED_AT}))`,
  /** The comments and the work of every review. */
  reviews: `${REVIEW} is not null`,
} as const;

export type RowChoice = keyof typeof CHOICES;

const ROWS = `select kind, body || jsonb_build_object('position', position) as body from read.task_row
  where workspace_id = $1 and task_id = $2 and gone is null`;

/** Rows of one task of this workspace; none when there is no such task. */
export async function readTaskRows(
  pool: Pool,
  workspaceId: string,
  taskId: string,
  choice: RowChoice,
): Promise<TaskRow[]> {
  const { rows } = await pool.query<TaskRow>({
    name: `task_rows_${choice}`,
    text: `${ROWS} and ${CHOICES[choice]}`,
    values: [workspaceId, taskId],
  });
  return rows;
}

/** The comments and the work of one review of a task. */
export async function readReviewRows(
  pool: Pool,
  workspaceId: string,
  taskId: string,
  reviewId: string,
): Promise<TaskRow[]> {
  const { rows } = await pool.query<TaskRow>({
    name: 'task_rows_review',
    text: `${ROWS} and ${REVIEW} = $3`,
    values: [workspaceId, taskId, reviewId],
  });
  return rows;
}

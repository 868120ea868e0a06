import type { TaskFromIssue } from '@claude-codex/contracts';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import type { Pool } from 'pg';

/** States of a task that is over. */
const OVER: readonly TaskFromIssue['state'][] = ['completed', 'failed', 'cancelled'];

export function isUnderWay({ state }: Pick<TaskFromIssue, 'state'>): boolean {
  return !OVER.includes(state);
}

/** The task from each issue that has one, by the issue's address: the one under way, else the newest. */
export async function tasksFromIssues(
  pool: Pool,
  workspaceId: string,
  issues: readonly { readonly url: string }[],
): Promise<Map<string, TaskFromIssue>> {
  const urls = issues.map(({ url }) => url);
  const { rows } = await pool.query<TaskFromIssue & { url: string }>({
    name: 'tasks_from_issues',
    text: `select distinct on (url) url, id, number, state from (
        select body -> 'origin' ->> 'url' as url, task_id as id, (body ->> 'number')::int as number,
          body ->> 'state' as state
        from read.task_row
        where workspace_id = $1 and kind = '${cardRow.kind}' and body -> 'origin' ->> 'url' = any($2)) as found
      order by url, state = any($3), number desc`,
    values: [workspaceId, urls, OVER],
  });
  return new Map(rows.map(({ url, ...task }) => [url, task]));
}

import { attentionRow } from '@claude-codex/contracts/live/attention';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import type { TaskBatch } from '@claude-codex/read-models/tasks/fold-batch';
import type { ChangedRow } from '../live/rows.ts';

/** What a batch changes of what pages show of tasks. Of a deleted one only the fact is left. */
export function rowsOf({ tasks, parts, attention }: TaskBatch): ChangedRow[] {
  return [
    ...parts,
    ...tasks
      .filter(({ deleted }) => deleted)
      .map(({ taskId, workspaceId, position }): ChangedRow => {
        return { of: cardRow, id: taskId, workspaceId, taskId, body: null, position };
      }),
    ...attention.map(({ item, closedAt }): ChangedRow => {
      const { id, workspaceId, position } = item;
      return { of: attentionRow, id, workspaceId, taskId: null, body: closedAt === null ? item : null, position };
    }),
  ];
}

import { attentionRow } from '@claude-codex/contracts/live/attention';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import { cardOf } from '@claude-codex/domain/read-models/tasks/card';
import type { TaskBatch } from '@claude-codex/domain/read-models/tasks/fold-batch';
import type { ChangedRow } from '../live/rows.ts';

/** What a batch changes of what pages show of tasks. */
export function rowsOf({ tasks, attention }: TaskBatch): ChangedRow[] {
  return [
    ...tasks.map(({ taskId, workspaceId, view, deleted, position }): ChangedRow => {
      const body = deleted ? null : cardOf(view);
      return { of: cardRow, id: taskId, workspaceId, taskId, body, position };
    }),
    ...attention.map(({ item, closedAt }): ChangedRow => {
      const { id, workspaceId, position } = item;
      return { of: attentionRow, id, workspaceId, taskId: null, body: closedAt === null ? item : null, position };
    }),
  ];
}

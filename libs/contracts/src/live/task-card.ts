import type { TaskCard } from '../api/views/card.ts';
import { liveRow } from './live-row.ts';

export const cardRow = liveRow<TaskCard>({
  kind: 'task',
  table: 'task_row',
  seenIn: 'workspace',
  gone: 'task_removed',
});

import type { AttentionItem } from '../api/views/attention.ts';
import { liveRow } from './live-row.ts';

export const attentionRow = liveRow<AttentionItem>({
  kind: 'attention',
  table: 'task_row',
  seenIn: 'workspace',
  gone: 'attention_closed',
});

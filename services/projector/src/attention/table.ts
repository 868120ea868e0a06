import type { AttentionRow } from '@claude-codex/read-models/attention/attention-changes';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';

/** An item that opens again (a task that fails a second time) takes its old row. */
export async function writeAttention(tx: PgTx, rows: readonly AttentionRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    name: 'upsert-attention',
    text: `insert into attention (id, workspace_id, task_id, kind, opened_at, closed_at, item, position)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::timestamptz[],
        $7::jsonb[], $8::bigint[])
      on conflict (id) do update set kind = excluded.kind, opened_at = excluded.opened_at, closed_at = excluded.closed_at,
        item = excluded.item, position = excluded.position`,
    values: [
      column(rows, ({ item }) => item.id),
      column(rows, ({ item }) => item.workspaceId),
      column(rows, ({ item }) => item.taskId),
      column(rows, ({ item }) => item.kind),
      column(rows, ({ item }) => item.openedAt),
      column(rows, ({ closedAt }) => closedAt),
      column(rows, ({ item }) => JSON.stringify(item)),
      column(rows, ({ item }) => item.position),
    ],
  });
}

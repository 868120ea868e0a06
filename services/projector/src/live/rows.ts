import type { LiveRow } from '@claude-codex/contracts/live/live-row';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';

export interface ChangedRow {
  of: LiveRow;
  id: string;
  workspaceId: string;
  /** The task it is a part of. */
  taskId: string | null;
  /** Null: it went. */
  body: object | null;
  /** Of the event that changed it; null: as it was, because no frame is to be sent. */
  position: number | null;
}

/** Rows of the workspace by id, each with the workspace it is in; those that went are absent. */
export async function readRows<Body extends { id: string }>(
  tx: PgTx,
  { kind, table }: LiveRow<Body>,
  ids: readonly string[],
): Promise<Map<string, Body>> {
  if (ids.length === 0) return new Map();
  const { rows } = await tx.query<{ id: string; body: Body }>({
    name: `read-${table}`,
    text: `select id, body from ${table} where task_id = '' and kind = $1 and id = any($2) and gone is null`,
    values: [kind, ids],
  });
  return new Map(rows.map(({ id, body }) => [id, body]));
}

/** Writes rows of one table. Whose a row is never changes. */
export async function writeRows(tx: PgTx, table: LiveRow['table'], rows: readonly ChangedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query({
    name: `upsert-${table}`,
    text: `insert into ${table} (kind, id, workspace_id, task_id, wide, gone, body, position)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::text[], $7::jsonb[],
        $8::bigint[])
      on conflict (task_id, kind, id) do update
        set gone = excluded.gone, body = excluded.body,
          position = case when excluded.position = 0 then ${table}.position else excluded.position end`,
    values: [
      column(rows, ({ of }) => of.kind),
      column(rows, ({ id }) => id),
      column(rows, ({ workspaceId }) => workspaceId),
      column(rows, ({ taskId }) => taskId ?? ''),
      column(rows, ({ of }) => of.seenIn === 'workspace'),
      column(rows, ({ of, body }) => (body === null ? of.gone : null)),
      column(rows, ({ body }) => (body === null ? null : JSON.stringify(body))),
      column(rows, ({ position }) => position ?? 0),
    ],
  });
}

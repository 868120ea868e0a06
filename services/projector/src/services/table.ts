import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';
import type { ServiceRow } from './fold-service.ts';

export async function readServices(tx: PgTx, ids: readonly string[]): Promise<Map<string, ServiceRow>> {
  const { rows } = await tx.query<{ workspace_id: string; view: ServiceRow['view']; removed: boolean }>({
    name: 'read-services',
    text: 'select workspace_id, view, removed from service where service_id = any($1)',
    values: [ids],
  });
  return new Map(
    rows.map((row) => [row.view.id, { workspaceId: row.workspace_id, view: row.view, removed: row.removed }]),
  );
}

export async function writeServices(tx: PgTx, rows: readonly ServiceRow[]): Promise<void> {
  await tx.query({
    name: 'upsert-services',
    text: `insert into service (service_id, workspace_id, removed, view, position)
      select * from unnest($1::text[], $2::text[], $3::boolean[], $4::jsonb[], $5::bigint[])
      on conflict (service_id) do update
        set removed = excluded.removed, view = excluded.view, position = excluded.position`,
    values: [
      column(rows, ({ view }) => view.id),
      column(rows, ({ workspaceId }) => workspaceId),
      column(rows, ({ removed }) => removed),
      column(rows, ({ view }) => JSON.stringify(view)),
      column(rows, ({ view }) => view.position),
    ],
  });
}

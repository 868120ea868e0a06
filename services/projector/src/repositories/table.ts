import type { RepositoryView } from '@claude-codex/contracts';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';

export async function readRepositories(tx: PgTx, ids: readonly string[]): Promise<Map<string, RepositoryView>> {
  const { rows } = await tx.query<{ view: RepositoryView }>({
    name: 'read-repositories',
    text: 'select view from repository where repository_id = any($1)',
    values: [ids],
  });
  return new Map(rows.map(({ view }) => [view.id, view]));
}

export async function writeRepositories(tx: PgTx, views: readonly RepositoryView[]): Promise<void> {
  await tx.query({
    name: 'upsert-repositories',
    text: `insert into repository (repository_id, workspace_id, name, status, view, position)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::bigint[])
      on conflict (repository_id) do update set name = excluded.name, status = excluded.status,
        view = excluded.view, position = excluded.position`,
    values: [
      column(views, ({ id }) => id),
      column(views, ({ workspaceId }) => workspaceId),
      column(views, ({ name }) => name),
      column(views, ({ status }) => status),
      column(views, (view) => JSON.stringify(view)),
      column(views, ({ position }) => position),
    ],
  });
}

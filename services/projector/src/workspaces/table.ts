import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';
import type { MemberChange, WorkspaceRow } from './fold-workspaces.ts';

export async function writeWorkspaces(tx: PgTx, workspaces: readonly WorkspaceRow[]): Promise<void> {
  if (workspaces.length === 0) return;
  await tx.query({
    name: 'upsert-workspaces',
    text: `insert into workspace (workspace_id, name, created_at, position)
      select * from unnest($1::text[], $2::text[], $3::timestamptz[], $4::bigint[])
      on conflict (workspace_id) do update set name = excluded.name, position = excluded.position`,
    values: [
      column(workspaces, ({ workspaceId }) => workspaceId),
      column(workspaces, ({ name }) => name),
      column(workspaces, ({ createdAt }) => createdAt),
      column(workspaces, ({ position }) => position),
    ],
  });
}

export async function writeMembers(tx: PgTx, members: readonly MemberChange[]): Promise<void> {
  if (members.length === 0) return;
  const removed = members.filter(({ role }) => role === null);
  // A removed member who joined again in the same batch keeps no trace of the first time.
  const rejoined = members.filter(({ role, joinedAt }) => role !== null && joinedAt !== null);
  await tx.query({
    name: 'remove-members',
    text: `delete from member using unnest($1::text[], $2::text[]) as gone (workspace_id, user_id)
      where member.workspace_id = gone.workspace_id and member.user_id = gone.user_id`,
    values: [
      column([...removed, ...rejoined], ({ workspaceId }) => workspaceId),
      column([...removed, ...rejoined], ({ userId }) => userId),
    ],
  });
  const present = members.filter(({ role }) => role !== null);
  await tx.query({
    name: 'upsert-members',
    text: `insert into member (workspace_id, user_id, role, joined_at, position)
      select workspace_id, user_id, role, coalesce(joined_at, 'epoch'), position
      from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::bigint[])
        as changed (workspace_id, user_id, role, joined_at, position)
      on conflict (workspace_id, user_id) do update set role = excluded.role, position = excluded.position`,
    values: [
      column(present, ({ workspaceId }) => workspaceId),
      column(present, ({ userId }) => userId),
      column(present, ({ role }) => role),
      column(present, ({ joinedAt }) => joinedAt),
      column(present, ({ position }) => position),
    ],
  });
}

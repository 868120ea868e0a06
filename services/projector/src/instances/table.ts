import type { InstanceView } from '@claude-codex/contracts';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { column } from '../read-model.ts';

export async function writeInstances(
  tx: PgTx,
  instances: readonly { view: InstanceView; position: number }[],
): Promise<void> {
  if (instances.length === 0) return;
  await tx.query({
    name: 'upsert-instances',
    text: `insert into instance (instance_id, task_id, workspace_id, state, view, position)
      select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::jsonb[], $6::bigint[])
      on conflict (instance_id) do update
        set state = excluded.state, view = excluded.view, position = excluded.position`,
    values: [
      column(instances, ({ view }) => view.id),
      column(instances, ({ view }) => view.taskId),
      column(instances, ({ view }) => view.workspaceId),
      column(instances, ({ view }) => view.state),
      column(instances, ({ view }) => JSON.stringify(view)),
      column(instances, ({ position }) => position),
    ],
  });
}

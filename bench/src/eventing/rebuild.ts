import type { Projection } from '@claude-codex/eventing';
import { PROJECTIONS } from '@claude-codex/projector/projections';
import { createInProcessBus } from '@claude-codex/service-kit';
import { createPool, type Pool } from '@claude-codex/service-kit/pg/pool';
import { createBuilder } from '@claude-codex/service-kit/pg/projection-build';
import { beginBuild, registerProjection } from '@claude-codex/service-kit/pg/projection-status';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';
import { openOurStore, realEvents } from './ours.ts';

/** Counts events by type and workspace: as little as a folded read model can do. */
const COUNTING: Projection<PgTx> = {
  name: 'counting',
  version: 1,
  tables: ['bench_count'],
  async handle(tx, events) {
    const counts = new Map<string, { workspace: string; type: string; count: number }>();
    for (const { type, meta } of events) {
      const key = `${meta.workspaceId} ${type}`;
      const known = counts.get(key);
      if (known === undefined) counts.set(key, { workspace: meta.workspaceId, type, count: 1 });
      else known.count += 1;
    }
    const rows = [...counts.values()];
    await tx.query({
      name: 'bench-count',
      text: `insert into bench_count as b select * from unnest($1::text[], $2::text[], $3::bigint[])
        on conflict (workspace_id, type) do update set count = b.count + excluded.count`,
      values: [rows.map((row) => row.workspace), rows.map((row) => row.type), rows.map((row) => row.count)],
    });
  },
};

export async function prepareCounting(owner: Pool): Promise<void> {
  await owner.query(`create table if not exists read.bench_count
    (workspace_id text, type text, count bigint, primary key (workspace_id, type))`);
}

export interface RebuildResult {
  events: number;
  perSecond: number;
}

async function rebuild(connectionString: string, projection: Projection<PgTx>): Promise<RebuildResult> {
  const pool = createPool({ connectionString, name: 'bench-rebuild', role: 'codex_projector', statementTimeoutMs: 0 });
  const options = { pool, projection, registry: realEvents(), bus: createInProcessBus() };
  try {
    await registerProjection(pool, projection);
    await beginBuild(pool, projection);
    const builder = createBuilder(options);
    const started = performance.now();
    for (;;) {
      const step = await builder.next();
      if (step.kind === 'failed') throw step.error;
      if (step.kind === 'live')
        return { events: step.position, perSecond: (step.position / (performance.now() - started)) * 1_000 };
    }
  } finally {
    await pool.end();
  }
}

export const rebuildCounting = (connectionString: string) => rebuild(connectionString, COUNTING);

export const rebuildTasks = (connectionString: string) => rebuild(connectionString, tasksProjection());

/** What pages show of tasks: the largest read model there is. */
export function tasksProjection(): Projection<PgTx> {
  const tasks = PROJECTIONS.find(({ name }) => name === 'tasks');
  if (tasks === undefined) throw new Error('there is no projection called tasks');
  return tasks;
}

/** The same rows read in order and nothing done with them: what the driver alone takes. */
export async function readAllRows(connectionString: string): Promise<RebuildResult> {
  const { store, close } = openOurStore(connectionString);
  const started = performance.now();
  let position = 0;
  for (;;) {
    const events = await store.readAll({ after: position, limit: 2_000 });
    const last = events.at(-1);
    if (last === undefined) break;
    position = last.position;
  }
  const perSecond = (position / (performance.now() - started)) * 1_000;
  await close();
  return { events: position, perSecond };
}

import { canonicalJson, type Decider, fold, type SchemaRegistry } from '@claude-codex/eventing';
import type pg from 'pg';
import { readStreamRows } from '../event-rows.ts';
import type { Finding } from './finding.ts';

type Folder = Pick<Decider<unknown, never, never>, 'initialState' | 'evolve' | 'snapshot'>;

/**
 * Every snapshot must be the fold of its stream up to its version. `folderOf` gives what makes the states of a stream;
 * snapshots of another shape than its are of another release and are not looked at. In a transaction of the caller.
 */
export async function compareSnapshots(
  db: Pick<pg.ClientBase, 'query'>,
  registry: Pick<SchemaRegistry, 'upcast'>,
  folderOf: (stream: string) => Folder | undefined,
): Promise<Finding> {
  const { rows } = await db.query<{ stream: string; shape: number; version: number; state: unknown }>(
    'select stream, schema_version as shape, version, state from es.snapshot order by stream',
  );
  const wrong: string[] = [];
  let total = 0;
  for (const { stream, shape, version, state } of rows) {
    const folder = folderOf(stream);
    if (folder?.snapshot?.schemaVersion !== shape) continue;
    const events = (await readStreamRows(db, stream, 1, Number(version))).map(registry.upcast);
    total += 1;
    if (canonicalJson(fold(folder, events as never[])) !== canonicalJson(state)) wrong.push(stream);
  }
  const detail = wrong.length === 0 ? `${total} looked at` : `${wrong.length} wrong, such as ${wrong[0]}`;
  return {
    id: 'snaps',
    title: 'snapshots of long streams are folds of their events',
    ok: wrong.length === 0,
    detail: wrong.length === 0 ? detail : `${detail}; delete from es.snapshot removes them`,
  };
}

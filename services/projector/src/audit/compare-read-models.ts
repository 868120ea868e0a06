import { EVENT_TYPES, type RecordedEvent } from '@claude-codex/contracts';
import { createSchemaRegistry, type Projection } from '@claude-codex/eventing';
import type { Finding } from '@claude-codex/service-kit/pg/audit/finding';
import { readEventRows } from '@claude-codex/service-kit/pg/event-rows';
import type { PoolClient } from '@claude-codex/service-kit/pg/pool';
import type { PgTx } from '@claude-codex/service-kit/pg/projection-step';

const PAGE = 2_000;
/** When these are kept depends on how the events came, so they differ without being wrong. */
const KEPT_NOW_AND_THEN = new Set(['task_history', 'board_history']);

/**
 * I6: folds the log up to each read model's checkpoint into temporary tables with the very same code, and compares every
 * row. Runs in a repeatable-read transaction of the caller, on a connection that may make temporary tables.
 */
export async function compareReadModels(
  client: Pick<PoolClient, 'query'>,
  projections: readonly Projection<PgTx>[],
  options: { onProgress?: (position: number) => void } = {},
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const projection of projections) findings.push(await compare(client, projection, options));
  return findings;
}

async function compare(
  client: Pick<PoolClient, 'query'>,
  projection: Projection<PgTx>,
  { onProgress }: { onProgress?: (position: number) => void },
): Promise<Finding> {
  const { name, tables = [] } = projection;
  const title = `the read model ${name} is the fold of its events`;
  const { rows } = await client.query<{ position: number; base: number; version: number }>(
    `select p.position, p.version, l.base_position as base from read.projection p, es.log_identity l
      where p.name = $1 and p.status in ('live', 'paused') and p.epoch = l.epoch`,
    [name],
  );
  const checkpoint = rows[0];
  if (checkpoint === undefined)
    return { id: 'I6', title, ok: null, detail: 'it has no checkpoint in this history yet' };
  if (checkpoint.version !== projection.version) {
    return { id: 'I6', title, ok: null, detail: 'another release made it; its rebuild is not live yet' };
  }
  const position = Number(checkpoint.position);
  for (const table of tables) await client.query(`create temp table ${table} (like read.${table} including all)`);
  await client.query('set local search_path = pg_temp');
  const { upcast } = createSchemaRegistry(EVENT_TYPES);
  for (let after = Number(checkpoint.base); after < position; ) {
    const events: RecordedEvent[] = await readEventRows(client, after, Math.min(PAGE, position - after));
    const last = events.at(-1);
    if (last === undefined) break;
    await projection.handle(client, events.map(upcast));
    after = last.position;
    onProgress?.(after);
  }
  const differing: string[] = [];
  let total = 0;
  for (const table of tables.filter((name) => !KEPT_NOW_AND_THEN.has(name))) {
    const found = await differences(client, table);
    total += found.total;
    if (found.count > 0) differing.push(`${found.count} rows of ${table}, such as ${found.example}`);
  }
  await client.query('set local search_path = pg_catalog');
  for (const table of tables) await client.query(`drop table pg_temp.${table}`);
  const detail = differing.length > 0 ? differing.join('; ') : `${total} rows at position ${position}`;
  return { id: 'I6', title, ok: differing.length === 0, detail };
}

async function differences(
  client: Pick<PoolClient, 'query'>,
  table: string,
): Promise<{ count: number; example: string | null; total: number }> {
  const { rows } = await client.query<{ count: string; example: string | null; total: string }>(
    `with kept as (select md5(k::text) as hash, k::text as row from read.${table} k),
      folded as (select md5(f::text) as hash, f::text as row from pg_temp.${table} f)
    select count(*) filter (where kept.hash is null or folded.hash is null) as count,
      left(min(coalesce(kept.row, folded.row)) filter (where kept.hash is null or folded.hash is null), 60) as example,
      count(*) as total
    from kept full join folded on kept.hash = folded.hash`,
  );
  const { count = '0', example = null, total = '0' } = rows[0] ?? {};
  return { count: Number(count), example, total: Number(total) };
}

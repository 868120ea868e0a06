import { createDirectoryBlobs } from '@claude-codex/service-kit';
import type { PoolClient } from '@claude-codex/service-kit/pg/pool';

/** Ids of all blobs that events point to. */
export async function namedBlobs(db: Pick<PoolClient, 'query'>): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>(
    `select distinct found[1] as id from es.every_event,
      regexp_matches(data::text, '[bB]lobId": "([0-9a-f]{64})"', 'g') found where data::text like '%lobId": "%'`,
  );
  return rows.map(({ id }) => id);
}

/** Those of them that are not in the directory. */
export async function missingBlobs(ids: readonly string[], directory: string): Promise<string[]> {
  const blobs = createDirectoryBlobs(directory);
  const missing: string[] = [];
  for (const id of ids) if ((await blobs.stat(id)) === null) missing.push(id);
  return missing;
}

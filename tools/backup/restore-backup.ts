import type { Head, Log } from '@claude-codex/eventing';
import { migrations } from '@claude-codex/infra/migrations';
import { type ReadArchiveOptions, readArchive } from '@claude-codex/service-kit/backup/read-archive';
import { copyRowsIn, type RowsIn, type Table } from '@claude-codex/service-kit/backup/table-rows';
import { migrate } from '@claude-codex/service-kit/pg/migrate';
import { nameNewEpoch } from '@claude-codex/service-kit/pg/new-epoch';
import { createPool, type Pool, type PoolClient } from '@claude-codex/service-kit/pg/pool';
import { prepareSchema, refuseUnlessEmpty } from './empty-target.ts';
import { KEY_ENTRY, type Manifest } from './manifest.ts';
import { type FilesIn, putFiles, putKey } from './put-files.ts';

export interface RestoreOptions extends ReadArchiveOptions {
  path: string;
  /** Of `verifyBackup`. */
  manifest: Manifest;
  /** A login that owns the database. */
  connectionString: string;
  /** The data directory, which exists. */
  root: string;
  keyFile: string;
  log: Log;
}

/**
 * Puts a verified backup into an empty server that is not running, as a history of its own. Rows come in one
 * transaction and files get their places at its end, so a restore that fails leaves the server empty. Gives the new
 * epoch and the position the history goes on from.
 */
export async function restoreBackup(options: RestoreOptions): Promise<Head> {
  const { connectionString, root, manifest, log } = options;
  const pool = createPool({ connectionString, name: 'restore', statementTimeoutMs: 0, max: 2 });
  try {
    await refuseUnlessEmpty(pool, root);
    await prepareSchema(pool, { connectionString, wanted: manifest.migrations, log });
    const head = await putBack(pool, options);
    await migrate({ connectionString, migrations, log });
    await pool.query('analyze');
    return head;
  } finally {
    await pool.end();
  }
}

async function putBack(pool: Pool, options: RestoreOptions): Promise<Head> {
  const { root, manifest, signal } = options;
  const client = await pool.connect();
  const files = await putFiles(root);
  try {
    await client.query('begin; set local idle_in_transaction_session_timeout = 0');
    await readIn(client, files, options);
    const head = await nameNewEpoch(client);
    if (head.position !== manifest.position) {
      throw new Error(`The log ends at ${head.position} and not at ${manifest.position} as the backup says.`);
    }
    await files.publish();
    await client.query('commit');
    return head;
  } catch (error) {
    await files.undo();
    signal?.throwIfAborted();
    throw error;
  } finally {
    // Closed with it: a transaction that did not come to its end.
    client.release(true);
  }
}

async function readIn(client: PoolClient, files: FilesIn, options: RestoreOptions): Promise<void> {
  const { path, manifest, keyFile } = options;
  for (const { name } of manifest.tables) await client.query(`delete from ${name}`);
  const counts = new Map<string, number>();
  let copying: { table: Table; rows: RowsIn } | undefined;

  async function rowsInto(name: string | undefined): Promise<RowsIn | undefined> {
    if (copying !== undefined && copying.table.name !== name) {
      counts.set(copying.table.name, await copying.rows.end());
      copying = undefined;
    }
    const table = manifest.tables.find((known) => known.name === name);
    if (table !== undefined) copying ??= { table, rows: copyRowsIn(client, table) };
    return copying?.rows;
  }

  await readArchive(
    path,
    async (entry) => {
      const [kind, name] = entry.name.split('/');
      const rows = await rowsInto(kind === 'rows' ? name : undefined);
      if (rows !== undefined) for await (const chunk of entry.body) await rows.write(chunk);
      else if (kind === 'files') await files.put(entry.name.slice('files/'.length).replace(/\/$/, ''), entry);
      else if (kind === KEY_ENTRY) await putKey(keyFile, entry);
    },
    options,
  );
  const wrong = manifest.tables.find(({ name, rows }) => (counts.get(name) ?? 0) !== rows);
  if (wrong !== undefined)
    throw new Error(`${counts.get(wrong.name) ?? 0} of ${wrong.rows} rows of ${wrong.name} came.`);
}

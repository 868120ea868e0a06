import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { idOf } from '@claude-codex/contracts';
import { storedNames } from '@claude-codex/contracts/event-names';
import { copyRowsOut, tablesOf } from '@claude-codex/service-kit/backup/table-rows';
import { type ArchiveWriter, writeArchive } from '@claude-codex/service-kit/backup/write-archive';
import { readHead } from '@claude-codex/service-kit/pg/head';
import { createPool, type PoolClient } from '@claude-codex/service-kit/pg/pool';
import { dataFiles, fingerprintOf } from './data-files.ts';
import { FORMAT, KEY_ENTRY, MANIFEST_ENTRY, type Manifest } from './manifest.ts';
import { missingBlobs, namedBlobs } from './named-blobs.ts';

/** What webhooks brought: payloads of others, which a restored server asks the forge for. */
const DELIVERIES = ['', '_handling', '_refused'].map((part) => `accounts.forge_delivery${part}`);
/** Folds of events are made again, and nobody stays logged in: who was logged out since must not be in again. */
const LEFT_OUT = ['es.snapshot', 'accounts.session', 'accounts.verification', ...DELIVERIES];

export interface BackupOptions {
  /** A login that may read every table. */
  connectionString: string;
  /** The data directory. */
  root: string;
  keyFile: string;
  /** Whether the archive also holds the master key. */
  withKey: boolean;
  /** Path of the archive; nothing may be there yet. */
  target: string;
  version: string;
  signal: AbortSignal;
  onProgress?: (bytes: number) => void;
}

export interface Backup {
  manifest: Manifest;
  /** Of the archive. */
  bytes: number;
  /** Blobs that events point to and the data directory does not have: they were lost before. */
  missing: string[];
}

/**
 * Copies a whole server into one file while it runs: rows as of one moment, then files. What an event points to was on
 * disk before the event was written, so files read later are never too few; those that came meanwhile do no harm.
 */
export async function makeBackup(options: BackupOptions): Promise<Backup> {
  const { root, keyFile, withKey, target, version, signal, onProgress } = options;
  let made: Omit<Backup, 'bytes'> | undefined;
  const bytes = await writeArchive(
    target,
    async (archive) => {
      const { epochs, blobs, ...rows } = await inSnapshot(options, (client) => addRows(archive, client));
      const files = await addFiles(archive, root, epochs);
      const fingerprint = await fingerprintOf(keyFile);
      if (withKey && fingerprint === null) throw new Error(`There is no master key at ${keyFile}.`);
      if (withKey) await archive.addFile(KEY_ENTRY, keyFile);
      const masterKey = fingerprint === null ? null : { fingerprint, inside: withKey };
      const manifest = {
        format: FORMAT,
        version,
        madeAt: new Date().toISOString(),
        ...rows,
        masterKey,
        files,
      } as const;
      await archive.add(MANIFEST_ENTRY, Buffer.from(JSON.stringify(manifest)));
      made = { manifest, missing: await missingBlobs(blobs, join(root, 'blobs')) };
    },
    { signal, ...(onProgress === undefined ? {} : { onProgress }) },
  );
  if (made === undefined) throw new Error('The archive ended before it was filled.');
  return { ...made, bytes };
}

async function inSnapshot<T>(
  { connectionString, signal }: BackupOptions,
  work: (client: PoolClient) => Promise<T>,
): Promise<T> {
  const pool = createPool({ connectionString, name: 'backup', statementTimeoutMs: 0, max: 1 });
  const client = await pool.connect();
  try {
    await client.query(`begin isolation level repeatable read read only;
      set local idle_in_transaction_session_timeout = 0; set local timezone = 'UTC'; set local datestyle = 'ISO';
      set local intervalstyle = 'postgres'; set local extra_float_digits = 3`);
    const result = await work(client);
    signal.throwIfAborted();
    return result;
  } finally {
    // A copy that was broken off leaves the connection in the middle of its answer.
    client.release(true);
    await pool.end();
  }
}

async function addRows(archive: ArchiveWriter, client: PoolClient) {
  const { epoch, position } = await readHead(client);
  const applied = await client.query<{ name: string }>('select name from schema_migration order by name');
  const tables: Manifest['tables'] = [];
  for (const table of await tablesOf(client, ['es', 'accounts'])) {
    if (LEFT_OUT.includes(table.name)) continue;
    const hash = createHash('sha256');
    let [bytes, parts] = [0, 0];
    const rows = await copyRowsOut(client, table, async (part) => {
      hash.update(part);
      bytes += part.length;
      parts += 1;
      await archive.add(`rows/${table.name}/${String(parts).padStart(6, '0')}`, part);
    });
    tables.push({ ...table, rows, bytes, sha256: hash.digest('hex') });
  }
  const started = await client.query<{ stream: string; epoch: number }>(
    `select stream, max((data->>'epoch')::int) as epoch from es.every_event where type = any($1)
      group by stream`,
    [storedNames('InstanceStarting')],
  );
  return {
    epoch,
    position,
    migrations: applied.rows.map(({ name }) => name),
    tables,
    epochs: new Map(started.rows.map((row) => [idOf(row.stream), row.epoch])),
    blobs: await namedBlobs(client),
  };
}

async function addFiles(archive: ArchiveWriter, root: string, epochs: ReadonlyMap<string, number>) {
  const files: Manifest['files'] = [];
  for await (const { path, isDirectory } of dataFiles(root)) {
    const [kind, id = '', name = ''] = path.split('/');
    // Its epoch began after the rows were read, and will begin again: a restored journal must not know its lines yet.
    if (kind === 'journals' && name !== '' && Number.parseInt(name, 10) > (epochs.get(id) ?? 0)) continue;
    const from = join(root, path);
    if (isDirectory) await archive.addDirectory(`files/${path}`, (await stat(from)).mode & 0o777);
    else files.push({ path, ...(await archive.addFile(`files/${path}`, from)) });
  }
  return files;
}

// `npm run restore -- <file>`: puts a backup into an empty server, before its services start. See docs/backup.md.
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { migrations } from '@claude-codex/infra/migrations';
import { createLogger } from '@claude-codex/service-kit/log';
import type { Finding } from '@claude-codex/service-kit/pg/audit/finding';
import { checkLogInvariants } from '@claude-codex/service-kit/pg/audit/log-invariants';
import { walkLog } from '@claude-codex/service-kit/pg/audit/walk-log';
import { createPool } from '@claude-codex/service-kit/pg/pool';
import { buildReadModels } from './backup/build-read-models.ts';
import { fingerprintOf, keyFile } from './backup/data-files.ts';
import type { Manifest } from './backup/manifest.ts';
import { missingBlobs, namedBlobs } from './backup/named-blobs.ts';
import { restoreBackup } from './backup/restore-backup.ts';
import { verifyBackup } from './backup/verify-backup.ts';
import { argumentsUpTo, runCommand, UsageError } from './operate/command.ts';
import { type OpenDatabase, openNewDatabase } from './operate/connect.ts';
import { beginLongWork, type LongWork } from './operate/long-work.ts';

const USAGE = `Usage: npm run restore -- <file>
Into DATABASE_URL with the data directory CODEX_DATA_DIR, or into that directory alone; neither may hold a server yet.
Exit code: 0 done and well, 1 done but not all is well, 2 could not be done.`;
const log = createLogger({ service: 'restore', level: 'fatal' });

await runCommand(USAGE, async () => {
  const [given] = argumentsUpTo(1);
  if (given === undefined) throw new UsageError('Which file?');
  const path = resolve(process.env.INIT_CWD ?? '', given);
  if (!existsSync(path)) throw new UsageError(`There is no file ${path}.`);
  const started = performance.now();
  const work = beginLongWork('Stopped: nothing was restored.');
  const reading = (what: string) => ({
    signal: work.signal,
    onProgress: (share: number) => work.show(`${what} ${percent(share)}`),
  });
  let database: OpenDatabase | null = null;
  try {
    const known = migrations.map(({ name }) => name);
    const manifest = await verifyBackup(path, known, reading('Checking the file'));
    console.log(`${path} is whole: made ${manifest.madeAt} by release ${manifest.version}.`);
    database = await openNewDatabase();
    const { connectionString, root } = database;
    const key = keyFile(root, process.env);
    mkdirSync(root, { recursive: true, mode: 0o700 });
    const place = { connectionString, root, keyFile: key };
    const { epoch, position } = await restoreBackup({ path, manifest, ...place, log, ...reading('Restoring') });
    console.log(`${summary(manifest, database)} ${secondsSince(started)}.`);
    const wrong = await lookAt(database, position, work);
    console.log(`This history goes on from position ${position} as epoch ${epoch}. ${secondsSince(started)} in all.`);
    console.log(await nextSteps(manifest, key));
    return wrong === 0 ? 0 : 1;
  } catch (error) {
    work.signal.throwIfAborted();
    throw error;
  } finally {
    work.end();
    await database?.close();
  }
});

/** Compares what is there now with what was promised of it, and folds the log into read models. */
async function lookAt({ connectionString, root }: OpenDatabase, position: number, work: LongWork): Promise<number> {
  const pool = createPool({ connectionString, name: 'restore', statementTimeoutMs: 0 });
  try {
    const onProgress = (at: number) => work.show(`Checking the log ${percent(at / Math.max(position, 1))}`);
    const ids = await namedBlobs(pool);
    const missing = await missingBlobs(ids, join(root, 'blobs'));
    const showBuilt = (share: number) => work.show(`Building read models ${percent(share)}`);
    const findings: Finding[] = [
      ...(await checkLogInvariants(pool)),
      ...(await walkLog(pool, { onProgress })),
      finding('blobs', 'every blob that events point to is there', missing, `${ids.length} blobs`),
      finding(
        'models',
        'read models are built',
        await buildReadModels(connectionString, position, { log, signal: work.signal, onProgress: showBuilt }),
        `all events up to position ${position}`,
      ),
    ];
    work.end();
    for (const { id, title, ok, detail } of findings) {
      console.log(`${ok === true ? '✓' : '✗'} ${id.padEnd(6)} ${title}\n         ${detail}`);
    }
    return findings.filter(({ ok }) => ok !== true).length;
  } finally {
    await pool.end();
  }
}

function finding(id: string, title: string, wrong: readonly string[], detail: string): Finding {
  const isWell = wrong.length === 0;
  return {
    id,
    title,
    ok: isWell,
    detail: isWell ? detail : `${wrong.length} are not: ${wrong.slice(0, 3).join(', ')}`,
  };
}

function summary({ tables, files }: Manifest, { where }: OpenDatabase): string {
  const rowsOf = (...names: string[]) =>
    tables.reduce((sum, { name, rows }) => (names.includes(name) ? sum + rows : sum), 0);
  const events = rowsOf('es.event', 'es.event_archive');
  return `Restored into ${where}: ${events} events, ${rowsOf('accounts.person')} people, ${files.length} files.`;
}

async function nextSteps({ masterKey }: Manifest, key: string): Promise<string> {
  const steps =
    'Start the server now. Everybody logs in again; agents that were at work start from their last checkpoint.';
  if (masterKey === null || (await fingerprintOf(key)) === masterKey.fingerprint) return steps;
  return `${steps}
Before that: values people gave to agents are sealed with the master key ${masterKey.fingerprint}, which is not in
${key}. Put your copy of it there; without it these values have to be given again.`;
}

function secondsSince(started: number): string {
  return `${((performance.now() - started) / 1_000).toFixed(1)} s`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

// `npm run backup -- <file>`: a whole server in one file, while it runs or not. What is in it: docs/backup.md.
import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { keyFile } from './backup/data-files.ts';
import { makeBackup } from './backup/make-backup.ts';
import { runCommand, UsageError } from './operate/command.ts';
import { openDatabase } from './operate/connect.ts';
import { beginLongWork, megabytes } from './operate/long-work.ts';
import { version } from './operate/release.ts';

const USAGE = `Usage: npm run backup -- <file or directory> [--with-key]
A directory gets a file named by the time. --with-key puts the master key in: keep such a file like the key itself.
Exit code: 0 done, 1 done but blobs were missing before, 2 could not be done.`;

await runCommand(USAGE, async () => {
  const { target, withKey } = wanted();
  const started = performance.now();
  const database = await openDatabase();
  const work = beginLongWork('Stopped: no backup was made.');
  try {
    const { root, connectionString } = database;
    if (!existsSync(root)) throw new Error(`There is no data directory ${root}. Set CODEX_DATA_DIR to it.`);
    console.log(`Backing up ${database.where}.`);
    const { manifest, bytes, missing } = await makeBackup({
      connectionString,
      root,
      keyFile: keyFile(root, process.env),
      withKey,
      target,
      version,
      signal: work.signal,
      onProgress: (written) => work.show(`${megabytes(written)} written`),
    });
    work.end();
    const seconds = ((performance.now() - started) / 1_000).toFixed(1);
    console.log(`${target}: ${megabytes(bytes)}, events up to position ${manifest.position}, ${seconds} s.`);
    if (manifest.masterKey !== null) console.log(aboutKey(manifest.masterKey));
    if (missing.length === 0) return 0;
    console.error(`${missing.length} blobs that events point to are not in ${root}, such as ${missing[0]}.`);
    return 1;
  } catch (error) {
    work.signal.throwIfAborted();
    throw error;
  } finally {
    work.end();
    await database.close();
  }
});

function wanted(): { target: string; withKey: boolean } {
  const { values, positionals } = given();
  const [path, tooMany] = positionals;
  if (path === undefined) throw new UsageError('Where to?');
  if (tooMany !== undefined) throw new UsageError(`Unknown argument: ${tooMany}`);
  // npm changes into its package; a person means the directory they are in.
  const place = resolve(process.env.INIT_CWD ?? '', path);
  const name = `claude-codex-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}Z.tar.zst`;
  const target = isDirectory(place) ? join(place, name) : place;
  if (existsSync(target)) throw new UsageError(`${target} exists already; a backup replaces nothing.`);
  if (!isDirectory(dirname(target))) throw new UsageError(`There is no directory ${dirname(target)}.`);
  return { target, withKey: values['with-key'] };
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function given() {
  try {
    return parseArgs({ allowPositionals: true, options: { 'with-key': { type: 'boolean', default: false } } });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function aboutKey({ fingerprint, inside }: { fingerprint: string; inside: boolean }): string {
  return inside
    ? `The master key (${fingerprint}) is in it: whoever has this file can open every value people gave to agents.`
    : `The master key (${fingerprint}) is not in it: keep a copy of it somewhere else, once (docs/backup.md).`;
}

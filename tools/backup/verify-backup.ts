import { createHash, type Hash } from 'node:crypto';
import { ArchiveBroken, type ReadArchiveOptions, readArchive } from '@claude-codex/service-kit/backup/read-archive';
import type { z } from 'zod';
import { isDataFile } from './data-files.ts';
import { AnyManifest, FORMAT, KEY_ENTRY, MANIFEST_ENTRY, Manifest } from './manifest.ts';

/**
 * Reads a backup from end to end and compares every byte with its manifest; nothing is changed. Throws `ArchiveBroken`
 * for one that is not whole, and an error that names the release for one that a newer release made.
 * @param migrations those this release knows
 */
export async function verifyBackup(
  path: string,
  migrations: readonly string[],
  options: ReadArchiveOptions = {},
): Promise<Manifest> {
  const hashes = new Map<string, Hash>();
  const sizes = new Map<string, number>();
  let text: string | null = null;
  await readArchive(
    path,
    async ({ name, isDirectory, body }) => {
      if (isDirectory) return;
      const chunks: Uint8Array[] = [];
      // The parts of a table make one whole.
      const whole = name.startsWith('rows/') ? name.slice(0, name.lastIndexOf('/')) : name;
      const hash = hashes.get(whole) ?? createHash('sha256');
      hashes.set(whole, hash);
      for await (const chunk of body) {
        if (name === MANIFEST_ENTRY) chunks.push(chunk);
        hash.update(chunk);
        sizes.set(whole, (sizes.get(whole) ?? 0) + chunk.length);
      }
      if (name === MANIFEST_ENTRY) text = Buffer.concat(chunks).toString('utf8');
    },
    options,
  );
  const broken = (why: string) => new ArchiveBroken(path, why);
  if (text === null) throw broken('it has no manifest');
  const manifest = readManifest(path, text, migrations);
  const expected = [
    ...manifest.tables.map((table) => ({ ...table, entry: `rows/${table.name}` })),
    ...manifest.files.map((file) => ({ ...file, entry: `files/${file.path}` })),
  ];
  for (const { entry, bytes, sha256 } of expected) {
    const found = bytes === 0 ? (sizes.get(entry) ?? 0) === 0 : hashes.get(entry)?.digest('hex') === sha256;
    if (!found) throw broken(`${entry} is not as it was written`);
  }
  const strange = manifest.files.find((file) => !isDataFile({ ...file, isDirectory: false }));
  if (strange !== undefined) throw broken(`${strange.path} has no place in a data directory`);
  if (manifest.masterKey?.inside === true && !hashes.has(KEY_ENTRY)) throw broken('the master key is not in it');
  return manifest;
}

function readManifest(path: string, text: string, migrations: readonly string[]): Manifest {
  const { format, version } = manifestIn(path, AnyManifest, text);
  const newer = (why: string) =>
    new Error(`${path} was made by a newer release (${version}): ${why}. Use that release.`);
  if (format > FORMAT) throw newer(`its format is ${format}, and this release reads ${FORMAT}`);
  const manifest = manifestIn(path, Manifest, text);
  const unknown = manifest.migrations.filter((name) => !migrations.includes(name));
  if (unknown.length > 0) throw newer(`its tables are as of ${unknown.join(', ')}`);
  return manifest;
}

function manifestIn<Schema extends z.ZodType>(path: string, schema: Schema, text: string): z.output<Schema> {
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    throw new ArchiveBroken(path, 'its manifest is none', { cause: error });
  }
}

import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { loadMasterKey } from '@claude-codex/service-kit/secrets/master-key';

/**
 * What of a data directory is kept; the rest is made anew or belongs to one machine. An agent's room (`instances`) is
 * not: values people gave may lie in it in the clear, and its work up to the last checkpoint is in the mirrors.
 */
export const KEPT = ['blobs', 'journals', 'mirrors', 'sample-repository.git', 'sample.git'] as const;
const ROOMS = 'instances';
/** Which commit a checkout began from: diffs are made against it. */
const CHECKOUT_RECORD = 'checkout.json';

/** What is being written while we look, and would be nothing by itself. */
const UNFINISHED = /^blobs\/incoming(\/|$)|^(mirrors\/[^/]+|sample[^/]*)\/(objects\/(.+\/)?(incoming-|tmp_)|.*\.lock$)/;

export interface DataFile {
  /** Below the data directory, with slashes. */
  path: string;
  isDirectory: boolean;
}

/**
 * Everything that is kept. Inside a repository references come before objects: git writes them the other way round, so
 * whatever a reference names when it is read is there when objects are.
 */
export async function* dataFiles(root: string): AsyncGenerator<DataFile> {
  for (const kept of KEPT) yield* below(root, kept);
  const rooms = await namesIn(join(root, ROOMS));
  if (rooms.length > 0) yield { path: ROOMS, isDirectory: true };
  for (const id of rooms) {
    const room = `${ROOMS}/${id}`;
    if (!existsSync(join(root, room, CHECKOUT_RECORD))) continue;
    yield { path: room, isDirectory: true };
    yield { path: `${room}/${CHECKOUT_RECORD}`, isDirectory: false };
  }
}

/** Whether a backup may put this into a data directory. */
export function isDataFile({ path, isDirectory }: DataFile): boolean {
  const [first = '', ...rest] = path.split('/');
  const isPlain = rest.every((name) => name !== '' && name !== '.' && name !== '..') && !path.includes('\0');
  const isOfRoom = isDirectory ? rest.length < 2 : rest.length === 2 && rest[1] === CHECKOUT_RECORD;
  return isPlain && (KEPT.some((kept) => kept === first) || (first === ROOMS && isOfRoom));
}

async function* below(root: string, path: string): AsyncGenerator<DataFile> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch(whenMissing);
  if (entries === null) return;
  yield { path, isDirectory: true };
  const last = (name: string) => (name === 'objects' ? 1 : 0);
  for (const entry of entries.sort((a, b) => last(a.name) - last(b.name) || (a.name < b.name ? -1 : 1))) {
    const inside = `${path}/${entry.name}`;
    if (UNFINISHED.test(inside)) continue;
    if (entry.isDirectory()) yield* below(root, inside);
    else if (entry.isFile()) yield { path: inside, isDirectory: false };
  }
}

export async function namesIn(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(whenMissing)) ?? [];
}

function whenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Where the master key of this server lies or, with none yet, where it will: as `npm start` and compose have it. */
export function keyFile(root: string, env: NodeJS.ProcessEnv): string {
  const { CODEX_MASTER_KEY_FILE: given = '' } = env;
  return given === '' ? join(root, 'secrets', 'master.key') : given;
}

/** Tells two master keys apart and says nothing about either; null when there is no such file. */
export async function fingerprintOf(file: string): Promise<string | null> {
  if (!existsSync(file)) return null;
  return (await loadMasterKey(file)).derive('fingerprint').toString('hex').slice(0, 16);
}

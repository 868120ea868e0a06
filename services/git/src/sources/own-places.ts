import { readdir, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { type LocalRepository, smallFile } from './local-repository.ts';

/**
 * Whether a path lies in a directory, whichever way either of them is spelled: directories are compared by what they
 * are and not by their names, so links, mounts and upper and lower case make no difference.
 */
export async function liesIn(directory: string, path: string): Promise<boolean> {
  const root = await identity(directory);
  if (root === null) return false;
  let here = await realpath(path).catch(() => null);
  while (here !== null) {
    if ((await identity(here)) === root) return true;
    const above = dirname(here);
    here = above === here ? null : above;
  }
  return false;
}

/** Whether a repository keeps its history in a directory, or borrows from there: its refs and objects would be ours. */
export async function reachesInto(directory: string, repository: LocalRepository): Promise<boolean> {
  const { gitDir, commonDir } = repository;
  const objects = join(commonDir, 'objects');
  const places = [gitDir, commonDir, join(commonDir, 'refs'), join(commonDir, 'packed-refs')];
  for (const place of [...places, ...(await links(join(commonDir, 'refs'), 2)), ...(await objectPlaces(objects))]) {
    if (await liesIn(directory, place)) return true;
  }
  return false;
}

/** As many borrowed stores as git itself follows. */
const DEEPEST = 6;

async function objectPlaces(objects: string, depth = 0): Promise<string[]> {
  const borrowed = (await smallFile(join(objects, 'info/alternates')))?.split('\n') ?? [];
  const places = [objects, join(objects, 'pack'), ...(await links(objects, 2))];
  if (depth >= DEEPEST) return places;
  for (const line of borrowed.filter((text) => text !== '' && !text.startsWith('#'))) {
    places.push(...(await objectPlaces(resolve(objects, unquoted(line)), depth + 1)));
  }
  return places;
}

/** Git writes a path with odd characters in quotes, as in C. */
function unquoted(line: string): string {
  if (!/^".*"$/.test(line)) return line;
  const bytes = line
    .slice(1, -1)
    .replace(/\\([0-7]{3})/g, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
  return Buffer.from(bytes.replace(/\\(.)/g, '$1'), 'latin1').toString('utf8');
}

/** Symbolic links in a directory and so many below it. */
async function links(directory: string, depth: number): Promise<string[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const found = entries.filter((entry) => entry.isSymbolicLink()).map((entry) => join(directory, entry.name));
  if (depth <= 1) return found;
  const below = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => links(join(directory, entry.name), depth - 1));
  return [...found, ...(await Promise.all(below)).flat()];
}

async function identity(path: string): Promise<string | null> {
  return stat(path, { bigint: true }).then(
    ({ dev, ino }) => `${dev}:${ino}`,
    () => null,
  );
}

import { lstat, mkdir, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { DOCUMENTS_FOLDER, type WorkerDocument, type WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { isInside } from '../collect/deliverables.ts';
import { reasonOf } from '../reason-of.ts';

/** A document that is not where it should be, and why. */
export interface NotPut {
  readonly path: string;
  readonly problem: string;
}

/** Puts documents where their agent looks for them, as the user this runs as. What could not be put is told. */
export async function putDocuments(
  paths: Pick<WorkerStart['paths'], 'checkout' | 'home'>,
  documents: readonly WorkerDocument[],
): Promise<NotPut[]> {
  const left: NotPut[] = [];
  for (const document of documents) {
    const { place, path } = document;
    const root = place === 'checkout' ? paths.checkout : join(paths.home, DOCUMENTS_FOLDER);
    try {
      await putDocument(root, document);
    } catch (error) {
      left.push({ path, problem: reasonOf(error) });
    }
  }
  return left;
}

async function putDocument(root: string, { path, base64 }: WorkerDocument): Promise<void> {
  await mkdir(root, { recursive: true });
  const realRoot = await realpath(root);
  const target = resolve(realRoot, path);
  if (path.includes('\0') || !isInside(realRoot, target)) throw new Error('its path leads elsewhere');
  await makeFolder(realRoot, dirname(target));
  const bytes = Buffer.from(base64, 'base64');
  if (await holds(target, bytes)) return;
  // Renamed into place: a link that stands there is replaced, not followed, and nobody reads half of a document.
  const fresh = `${target}.${process.pid}.new`;
  try {
    await writeFile(fresh, bytes, { flag: 'wx' });
    await rename(fresh, target);
  } finally {
    await rm(fresh, { force: true });
  }
}

/** The folders on the way, one by one: a link among them would lead out of the place. */
async function makeFolder(realRoot: string, folder: string): Promise<void> {
  if (folder === realRoot) return;
  await makeFolder(realRoot, dirname(folder));
  await mkdir(folder).catch(() => undefined); // there already, or what follows says why not
  const info = await lstat(folder);
  if (!info.isDirectory()) throw new Error('what should be its folder is none');
}

async function holds(target: string, bytes: Buffer): Promise<boolean> {
  const info = await lstat(target).catch(() => null);
  if (info?.isFile() !== true || info.size !== bytes.length) return false;
  return bytes.equals(await readFile(target));
}

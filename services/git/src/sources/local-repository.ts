import { lstat, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { refusal } from './source-refusal.ts';

/** Where the parts of a repository on this machine lie. Found by looking at files: git itself is never run there. */
export interface LocalRepository {
  /** Holds HEAD and the index; for a linked worktree that is its own. */
  readonly gitDir: string;
  /** Holds objects, branches and the configuration. */
  readonly commonDir: string;
  /** The directory with the files a person works on; null for a bare repository. */
  readonly workTree: string | null;
}

const SMALL_FILE = 1024 * 1024;

/** The repository in a directory: its `.git`, what its file `.git` points to, or the directory itself. */
export async function findRepository(path: string): Promise<LocalRepository> {
  const inside = join(path, '.git');
  const found =
    (await repositoryAt(inside, path)) ??
    (await repositoryAt(await pointedTo(inside), path)) ??
    (await repositoryAt(path, basename(path) === '.git' ? dirname(path) : null));
  if (found === null) throw refusal('NOT_A_REPOSITORY', { address: path });
  return found;
}

async function repositoryAt(directory: string | null, workTree: string | null): Promise<LocalRepository | null> {
  if (directory === null || !(await isDirectory(directory))) return null;
  const gitDir = await realpath(directory);
  const shared = await smallFile(join(gitDir, 'commondir'));
  const commonDir = shared === null ? gitDir : await realpath(resolve(gitDir, shared.trim())).catch(() => null);
  if (commonDir === null || (await smallFile(join(gitDir, 'HEAD'))) === null) return null;
  const whole = (await isDirectory(join(commonDir, 'objects'))) && (await isDirectory(join(commonDir, 'refs')));
  return whole ? { gitDir, commonDir, workTree } : null;
}

/** Where a file `.git` says that the repository is: a linked worktree, or a submodule. */
export async function pointedTo(file: string): Promise<string | null> {
  const target = /^gitdir: (.+?)\n*$/s.exec((await smallFile(file)) ?? '')?.[1];
  if (target === undefined) return null;
  return isAbsolute(target) ? target : resolve(dirname(file), target);
}

/** The content of a plain file that is not large; null for everything else, such as a pipe that never ends. */
export async function smallFile(path: string): Promise<string | null> {
  try {
    const found = await stat(path);
    return found.isFile() && found.size <= SMALL_FILE ? await readFile(path, 'utf8') : null;
  } catch {
    // What cannot be looked at is not there for us either; whoever asks says what that means.
    return null;
  }
}

/** A file that is about to be written: a link in its place would lead the write somewhere else. */
export async function isPlainOrMissing(path: string): Promise<boolean> {
  return lstat(path).then(
    (found) => found.isFile(),
    (error: NodeJS.ErrnoException) => error.code === 'ENOENT' || error.code === 'ENOTDIR',
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

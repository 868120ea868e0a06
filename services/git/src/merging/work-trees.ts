import { readdir, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pointedTo, smallFile } from '../sources/local-repository.ts';
import type { SourceView } from '../sources/source-view.ts';

/** A directory in which somebody has checked out a branch. */
export interface WorkTree {
  readonly path: string;
  /** Holds its HEAD and its index. */
  readonly gitDir: string;
}

/** Every working tree of the repository on a branch: the one it was connected by, its main one, and linked ones. */
export async function workTreesOn({ repository, bare }: SourceView, ref: string): Promise<WorkTree[]> {
  const { gitDir, commonDir, workTree } = repository;
  const linkedItself = gitDir !== commonDir;
  const all: WorkTree[] = await linked(commonDir);
  if (workTree !== null && !linkedItself && !bare) all.push({ path: workTree, gitDir });
  if (linkedItself && !bare && basename(commonDir) === '.git')
    all.push({ path: dirname(commonDir), gitDir: commonDir });
  const on = await Promise.all(
    all.map(async (tree) => (await smallFile(join(tree.gitDir, 'HEAD')))?.trim() === `ref: ${ref}`),
  );
  return all.filter((_tree, index) => on[index]);
}

/** Both sides have to name each other: what only the repository names could be any directory of this machine. */
async function linked(commonDir: string): Promise<WorkTree[]> {
  const directory = join(commonDir, 'worktrees');
  const names = await readdir(directory).catch(() => []);
  const found = await Promise.all(
    names.map(async (name): Promise<WorkTree | null> => {
      const gitDir = await realpath(join(directory, name)).catch(() => null);
      const file = gitDir === null ? null : ((await smallFile(join(gitDir, 'gitdir')))?.trim() ?? null);
      if (gitDir === null || file === null) return null;
      const back = await pointedTo(resolve(gitDir, file));
      const same = back !== null && (await realpath(back).catch(() => null)) === gitDir;
      return same ? { path: dirname(resolve(gitDir, file)), gitDir } : null;
    }),
  );
  return found.filter((tree) => tree !== null);
}

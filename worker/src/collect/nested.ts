import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGit, type Git, type GitPlace, names, succeeds } from './git.ts';

/** Repositories in repositories in repositories: nobody means more than a few levels. */
const MAX_LEVELS = 10;
/** So many candidates are asked about at once; a command line has an end. */
const CANDIDATES = 100;

/**
 * Puts one file of every repository inside the checkout into the index. Git takes a directory it knows a file of for a
 * plain one, so the `git add` that follows takes its files in by the usual rules instead of a link to commits that
 * nobody else has. Submodules, which `.gitmodules` or the base names, stay what they are.
 * @returns repositories without any file, at which `git add` would stop.
 */
export async function openNested(
  git: Git,
  place: GitPlace,
  baseSha: string | null,
  env: Readonly<Record<string, string>>,
): Promise<string[]> {
  const declared = new Set(await declaredSubmodules(git));
  await forgetLinks(git, declared, baseSha);
  const empty: string[] = [];
  const scratch = await mkdtemp(join(tmpdir(), 'codex-nested-'));
  try {
    await createGit({ ...place, gitDir: scratch }, env)('init', '--quiet', '--template=');
    const listFiles = async (directory: string) => {
      const inside = createGit({ workTree: join(place.workTree, directory), gitDir: scratch }, env);
      return names(await inside('ls-files', '--others', '--exclude-standard', '-z')).map((name) => directory + name);
    };
    for (let level = 0; level < MAX_LEVELS; level += 1) {
      const found = (await untracked(git)).filter((name) => name.endsWith('/') && !empty.includes(name));
      if (found.length === 0) break;
      const submodules = found.filter((directory) => declared.has(directory.slice(0, -1)));
      for (const directory of submodules) {
        const inside = createGit({ workTree: join(place.workTree, directory) }, env);
        if (!(await succeeds(inside('rev-parse', '--verify', '--quiet', 'HEAD')))) empty.push(directory);
      }
      const foreign = found.filter((directory) => !submodules.includes(directory));
      if (foreign.length === 0) break;
      for (const directory of foreign) {
        const file = await firstFile(git, directory, listFiles);
        if (file === null) empty.push(directory);
        else await git('update-index', '--add', '--', file);
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return empty;
}

/** A link the agent committed to a repository that is here and that nothing declares: taken back out of the index. */
async function forgetLinks(git: Git, declared: ReadonlySet<string>, baseSha: string | null): Promise<void> {
  const known = new Set(baseSha === null ? [] : links(await git('ls-tree', '-r', '-z', baseSha)));
  for (const path of links(await git('ls-files', '--stage', '-z'))) {
    if (!declared.has(path) && !known.has(path)) await git('update-index', '--force-remove', '--', path);
  }
}

/** Paths that `.gitmodules` of the work tree declares. */
export async function declaredSubmodules(git: Git): Promise<string[]> {
  const list = await git('config', '-z', '--file', '.gitmodules', '--get-regexp', '^submodule\\..*\\.path$').catch(
    () => '',
  );
  return names(list).map((entry) => entry.slice(entry.indexOf('\n') + 1));
}

/** Paths of mode 160000 in `ls-tree -z` or `ls-files --stage -z`. */
function links(list: string): string[] {
  return names(list)
    .filter((line) => line.startsWith('160000 '))
    .map((line) => line.slice(line.indexOf('\t') + 1));
}

async function untracked(git: Git): Promise<string[]> {
  return names(await git('ls-files', '--others', '--exclude-standard', '-z'));
}

type ListFiles = (directory: string) => Promise<string[]>;

async function firstFile(git: Git, directory: string, listFiles: ListFiles): Promise<string | null> {
  const all = await listFiles(directory);
  const files = all.filter((name) => !name.endsWith('/'));
  for (let from = 0; from < files.length; from += CANDIDATES) {
    const some = files.slice(from, from + CANDIDATES);
    const ignored = new Set((await git('check-ignore', '--no-index', '--', ...some).catch(() => '')).split('\n'));
    const file = some.find((name) => !ignored.has(name));
    if (file !== undefined) return file;
  }
  for (const inner of all.filter((name) => name.endsWith('/'))) {
    const file = await firstFile(git, inner, listFiles);
    if (file !== null) return file;
  }
  return null;
}

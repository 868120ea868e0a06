import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type ByteName, joined, pathIn, shown } from './byte-names.ts';
import { createGit, type Git, type GitPlace, names, succeeds } from './git.ts';

/** Repositories in repositories in repositories: nobody means more than a few levels. */
const MAX_LEVELS = 10;

/**
 * Puts one file of every repository inside the checkout into the index. Git takes a directory it knows a file of for a
 * plain one, so the `git add` that follows takes its files in by the usual rules instead of a link to commits that
 * nobody else has. Submodules, which `.gitmodules` or the base names, stay what they are.
 * @returns repositories without any file, at which `git add` would stop.
 */
export async function openNested(
  git: Git,
  { workTree }: GitPlace,
  baseSha: string | null,
  env: Readonly<Record<string, string>>,
): Promise<ByteName[]> {
  const declared = new Set(await submodulePaths(git));
  await forgetLinks(git, declared, baseSha);
  const empty: ByteName[] = [];
  for (let level = 0; level < MAX_LEVELS; level += 1) {
    const untracked = await git.names('ls-files', '--others', '--exclude-standard', '-z');
    const found = untracked.filter((name) => name.endsWith('/') && !empty.includes(name));
    if (found.length === 0) break;
    const submodules = found.filter((directory) => declared.has(joined(directory.slice(0, -1))));
    for (const directory of submodules) {
      const inside = createGit({ workTree: join(workTree, shown(directory)) }, env);
      if (!(await succeeds(inside('rev-parse', '--verify', '--quiet', 'HEAD')))) empty.push(directory);
    }
    const foreign = found.filter((directory) => !submodules.includes(directory));
    if (foreign.length === 0) break;
    for (const directory of foreign) {
      const file = await firstFile(git, workTree, directory);
      if (file === null) empty.push(directory);
      else await git.tell([file], 'update-index', '--add', '-z', '--stdin');
    }
  }
  return empty;
}

/** A link the agent committed to a repository that is here and that nothing declares: taken back out of the index. */
async function forgetLinks(git: Git, declared: ReadonlySet<ByteName>, baseSha: string | null): Promise<void> {
  const known = new Set(baseSha === null ? [] : links(await git.names('ls-tree', '-r', '-z', baseSha)));
  const made = links(await git.names('ls-files', '--stage', '-z'));
  const foreign = made.filter((path) => !declared.has(path) && !known.has(path));
  if (foreign.length > 0) await git.tell(foreign, 'update-index', '--force-remove', '-z', '--stdin');
}

const DECLARED = ['config', '-z', '--file', '.gitmodules', '--get-regexp', '^submodule\\..*\\.path$'];

/** Paths that `.gitmodules` of the work tree declares, to be shown. */
export async function declaredSubmodules(git: Git): Promise<string[]> {
  return names(await git(...DECLARED).catch(() => '')).map(pathOf);
}

async function submodulePaths(git: Git): Promise<ByteName[]> {
  return (await git.names(...DECLARED).catch(() => [])).map((entry) => joined(pathOf(entry)));
}

function pathOf(entry: string): string {
  return entry.slice(entry.indexOf('\n') + 1);
}

/** Paths of mode 160000 in `ls-tree -z` or `ls-files --stage -z`. */
function links(list: readonly ByteName[]): ByteName[] {
  return list.filter((line) => line.startsWith('160000 ')).map((line) => joined(line.slice(line.indexOf('\t') + 1)));
}

/** The first file below a directory that nothing ignores, however deep it lies. */
async function firstFile(git: Git, workTree: string, directory: ByteName): Promise<ByteName | null> {
  const all = await readdir(pathIn(workTree, directory), { withFileTypes: true, encoding: 'buffer' }).catch(() => []);
  const entries = all
    .map((entry) => ({ entry, name: joined(directory, entry.name.toString('latin1')) }))
    .filter(({ name }) => !name.endsWith('/.git'));
  if (entries.length === 0) return null;
  // With a slash at its end a name is looked up as the directory it is.
  const asked = entries.map(({ entry, name }) => (entry.isDirectory() ? joined(name, '/') : name));
  // Git counts "none of these" as a failure.
  const ignored = await git.tell(asked, 'check-ignore', '--no-index', '-z', '--stdin').then(
    (answer) => new Set(answer.names),
    () => new Set<ByteName>(),
  );
  const kept = asked.filter((name) => !ignored.has(name));
  const file = kept.find((name) => !name.endsWith('/'));
  if (file !== undefined) return file;
  for (const inner of kept) {
    const deeper = await firstFile(git, workTree, inner);
    if (deeper !== null) return deeper;
  }
  return null;
}

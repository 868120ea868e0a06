import { lstat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from '@claude-codex/contracts/worker/protocol';
import { type ByteName, joined, pathIn, shown } from './byte-names.ts';
import { type Git, names } from './git.ts';
import { declaredSubmodules } from './nested.ts';
import { list } from './unfinished.ts';

const POINTER = 'version https://git-lfs';

interface Commit {
  readonly checkout: string;
  readonly baseSha: string;
  readonly sha: string;
}

/** What a person should know about the files of a commit before it is merged, and an agent may still put right. */
export async function findingsIn(git: Git, { checkout, baseSha: base, sha }: Commit): Promise<Finding[]> {
  const changed = await git.names(
    ...['diff', '--name-only', '-z', '--no-renames', '--diff-filter=AMT', base, sha, '--'],
  );
  const found = [
    await conflictMarkers(git, base, sha),
    await largeFiles(git, changed.map(shown), sha),
    await nestedRepositories(checkout, changed),
    ...(await submodules(git, base, sha)),
  ];
  return found.filter((finding) => finding !== null);
}

/** Both ends of a conflict in added lines; a line of equal signs alone is a heading in many documents. */
async function conflictMarkers(git: Git, base: string, sha: string): Promise<Finding | null> {
  const range = [base, sha];
  const begins = names(await git('diff', '--name-only', '-z', '-G', '^<{7} ', '--no-ext-diff', ...range, '--'));
  const files: string[] = [];
  for (const path of begins) {
    const patch = await git(
      'diff',
      '--no-color',
      '--no-ext-diff',
      '--no-textconv',
      '-U0',
      ...range,
      '--',
      literal(path),
    );
    if (/^\+<{7} /m.test(patch) && /^\+>{7} /m.test(patch)) files.push(path);
  }
  if (files.length === 0) return null;
  return {
    code: 'CONFLICT_MARKERS',
    what: `Conflict markers (<<<<<<<, >>>>>>>) are left in ${list(files)}.`,
    remedy: 'Resolve these conflicts and commit; if the markers are meant to be there, hand over again.',
  };
}

/** New or changed files that `.gitattributes` puts under Git LFS: what a bundle carries of them is not what it seems. */
async function largeFiles(git: Git, changed: readonly string[], sha: string): Promise<Finding | null> {
  if (changed.length === 0) return null;
  const managed = new Set(names(await git('ls-files', '-z', '--', ':(attr:filter=lfs)')));
  const tracked = changed.filter((path) => managed.has(path));
  if (tracked.length === 0) return null;
  const pointers: string[] = [];
  for (const path of tracked) {
    const { start, size } = await beginningOf(git, `${sha}:${path}`);
    if (size < 1_024 && start.startsWith(POINTER)) pointers.push(path);
  }
  const whole = tracked.filter((path) => !pointers.includes(path));
  return whole.length > 0
    ? {
        code: 'LFS_WITHOUT_LFS',
        what: `Git LFS is not there, so files under filter=lfs are committed whole: ${list(whole)}.`,
        remedy: 'Leave them out or take them out of .gitattributes; if they are meant to go in whole, hand over again.',
      }
    : {
        code: 'LFS_CONTENT_MISSING',
        what: `Only the pointers of files under Git LFS are handed over, their content is not: ${list(pointers)}.`,
        remedy: 'Leave these files out, or commit them without Git LFS.',
      };
}

async function beginningOf(git: Git, object: string): Promise<{ start: string; size: number }> {
  const size = Number(await git('cat-file', '-s', object));
  return { size, start: size < 1_024 ? await git('cat-file', 'blob', object) : '' };
}

/** Directories with a repository of their own whose files are part of the change. */
export async function nestedRepositories(checkout: string, changed: readonly ByteName[]): Promise<Finding | null> {
  const directories = new Set<ByteName>();
  for (const path of changed) {
    for (let at = joined(dirname(path)); at !== '.' && !directories.has(at); at = joined(dirname(at)))
      directories.add(at);
  }
  const nested: string[] = [];
  for (const directory of directories) {
    if ((await lstat(pathIn(checkout, joined(directory, '/.git'))).catch(() => null)) !== null)
      nested.push(shown(directory));
  }
  if (nested.length === 0) return null;
  const what = `Repositories inside the work were taken in as plain files, without their history: ${list(nested.sort())}.`;
  return { code: 'NESTED_REPOSITORY', what, remedy: null };
}

/** Submodules are shown as such: a bundle carries where they point to, never what is in them. */
async function submodules(git: Git, base: string, sha: string): Promise<Finding[]> {
  const raw = await git(
    ...['diff', '--raw', '-z', '--no-abbrev', '--no-renames', '--ignore-submodules=dirty'],
    ...[base, sha, '--'],
  );
  const fields = names(raw);
  const findings: Finding[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [, mode, , toSha] = (fields[at] ?? '').split(' ');
    if (mode !== '160000') continue;
    const what = `The submodule ${fields[at + 1]} points to commit ${toSha?.slice(0, 12)}, which is not part of this hand-over and has to be in its own repository.`;
    findings.push({ code: 'SUBMODULE_CHANGED', what, remedy: null });
  }
  for (const path of await declaredSubmodules(git)) {
    const status = await git('status', '--porcelain=v2', '--ignore-submodules=none', '--', literal(path)).catch(
      () => '',
    );
    if (!/^[12] \S+ S.(?:M.|.U) /m.test(status)) continue;
    findings.push({
      code: 'SUBMODULE_DIRTY',
      what: `Files inside the submodule ${path} were changed; they are not part of this hand-over.`,
      remedy:
        'A submodule belongs to another repository: undo the changes there, or say in your summary what is to be done.',
    });
  }
  return findings;
}

/** For a hand-over without a commit: what was made and is ignored by git. */
export async function ignoredOutput(git: Git): Promise<Finding | null> {
  const ignored = names(
    await git('ls-files', '--others', '--ignored', '--exclude-standard', '--directory', '--no-empty-directory', '-z'),
  );
  if (ignored.length === 0) return null;
  return {
    code: 'ONLY_IGNORED_OUTPUT',
    what: `Nothing is there to commit, but git ignores what was made: ${list(ignored)}.`,
    remedy:
      'If it belongs to the work, change .gitignore or add it with git add --force; otherwise make your changes in files that git keeps.',
  };
}

function literal(path: string): string {
  return `:(literal)${path}`;
}

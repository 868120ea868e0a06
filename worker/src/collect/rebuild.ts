import { access, constants, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type ByteName, byteName, joined, listOf, pathIn, readNames } from './byte-names.ts';
import { addEverything } from './commit.ts';
import { createGit, type Git } from './git.ts';
import { Unreadable } from './unreadable.ts';

export interface RebuildRequest {
  readonly checkout: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly branch: string;
  readonly message: string;
}

/**
 * For a checkout whose repository is gone: its files as one commit without history, in a repository of our own in the
 * temporary directory. `work` gets it and what could not be read of them; afterwards it is removed. The manager puts the
 * files on the base.
 */
export async function withRebuiltRepository<T>(
  request: RebuildRequest,
  work: (git: Git, sha: string, unreadable: readonly ByteName[]) => Promise<T>,
): Promise<T> {
  const { checkout, home, env, branch, message } = request;
  const folder = await mkdtemp(join(tmpdir(), 'codex-rebuilt-'));
  try {
    const place = { workTree: checkout, gitDir: folder };
    const git = createGit(place, env);
    await git('init', '--quiet', '--template=', `--initial-branch=${branch}`);
    const unreadable = await addEverything(git, place, null, env).then(
      () => [],
      async (error: unknown) => {
        if (!(error instanceof Unreadable)) throw error;
        await addEverything(git, place, null, env, error.names);
        return error.names;
      },
    );
    await addTracked(git, checkout, trackedFile(home));
    await git('commit', '--quiet', '--no-verify', '--allow-empty', '-m', message);
    return await work(git, await git('rev-parse', 'HEAD'), unreadable);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Remembers what git knew when the work began: a file that was committed counts even where `.gitignore` names it. A
 * session that goes on keeps what it remembers, unless its home was left behind on another host.
 */
export async function rememberTracked(
  { checkout, home, resumed }: { checkout: string; home: string; resumed: boolean },
  env: RebuildRequest['env'],
): Promise<void> {
  if (resumed && (await isThere(trackedFile(home)))) return;
  const list = await createGit({ workTree: checkout }, env)
    .names('ls-files', '-z')
    .catch(() => null);
  if (list === null) return;
  await mkdir(dirname(trackedFile(home)), { recursive: true });
  await writeFile(trackedFile(home), listOf(list));
}

async function addTracked(git: Git, checkout: string, file: string): Promise<void> {
  const tracked = await readFile(file).then(readNames, () => []);
  const there: ByteName[] = [];
  for (const path of tracked) {
    const found = await access(pathIn(checkout, path), constants.R_OK).then(
      () => true,
      () => false,
    );
    if (found) there.push(joined(byteName(':(top,literal)'), path));
  }
  if (there.length === 0) return;
  await git.tell(there, 'add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul');
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function trackedFile(home: string): string {
  return join(home, '.codex', 'tracked-files');
}

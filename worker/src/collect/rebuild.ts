import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addEverything } from './commit.ts';
import { createGit, type Git, names } from './git.ts';

export interface RebuildRequest {
  readonly checkout: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string>>;
  readonly branch: string;
  readonly message: string;
}

/**
 * For a checkout whose repository is gone: its files as one commit without history, in a repository of our own in the
 * temporary directory. `work` gets it; afterwards it is removed. The manager puts the files on the base.
 */
export async function withRebuiltRepository<T>(
  request: RebuildRequest,
  work: (git: Git, sha: string) => Promise<T>,
): Promise<T> {
  const { checkout, home, env, branch, message } = request;
  const folder = await mkdtemp(join(tmpdir(), 'codex-rebuilt-'));
  try {
    const place = { workTree: checkout, gitDir: folder };
    const git = createGit(place, env);
    await git('init', '--quiet', '--template=', `--initial-branch=${branch}`);
    await addEverything(git, place, null, env);
    await addTracked(git, checkout, trackedFile(home), folder);
    await git('commit', '--quiet', '--no-verify', '--allow-empty', '-m', message);
    return await work(git, await git('rev-parse', 'HEAD'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Remembers what git knew when the work began: a file that was committed counts even where `.gitignore` names it. */
export async function rememberTracked(checkout: string, home: string, env: RebuildRequest['env']): Promise<void> {
  const list = await createGit({ workTree: checkout }, env)('ls-files', '-z').catch(() => null);
  if (list === null) return;
  await mkdir(dirname(trackedFile(home)), { recursive: true });
  await writeFile(trackedFile(home), list);
}

async function addTracked(git: Git, checkout: string, file: string, folder: string): Promise<void> {
  const tracked = names(await readFile(file, 'utf8').catch(() => ''));
  const there: string[] = [];
  for (const path of tracked) {
    const found = await access(join(checkout, path)).then(
      () => true,
      () => false,
    );
    if (found) there.push(`:(top,literal)${path}`);
  }
  if (there.length === 0) return;
  const specs = join(folder, 'codex-tracked');
  await writeFile(specs, there.join('\0'));
  await git('add', '--force', `--pathspec-from-file=${specs}`, '--pathspec-file-nul');
}

function trackedFile(home: string): string {
  return join(home, '.codex', 'tracked-files');
}

import { execFile } from 'node:child_process';
import { access, cp, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FILES = fileURLToPath(new URL('../sample-repository', import.meta.url));

/** Two commits, so that there is a history to look at. The first holds these; the second everything. */
const FIRST_COMMIT = ['package.json', 'README.md', '.gitignore', 'src/greet.js', 'test/greet.test.js'];
const COMMITS = [
  { message: 'Greet a visitor by name', date: '2026-01-12T09:00:00Z', paths: FIRST_COMMIT },
  { message: 'Show today’s visitors on a board', date: '2026-02-03T14:30:00Z', paths: ['.'] },
] as const;

/**
 * Makes the bare sample repository at `targetDir` (an absolute path). Author, dates and content are fixed, so the
 * commit ids are the same everywhere. An existing repository is left as it is.
 * @returns the commit `main` started from.
 */
export async function createSampleRepository(targetDir: string): Promise<{ headSha: string }> {
  if (await exists(join(targetDir, 'HEAD'))) return { headSha: await git(targetDir, ['rev-parse', 'refs/heads/main']) };
  await mkdir(dirname(targetDir), { recursive: true });
  const scratch = await mkdtemp(join(dirname(targetDir), `.${basename(targetDir)}-`));
  try {
    const work = join(scratch, 'work');
    const bare = join(scratch, 'bare.git');
    await cp(FILES, work, { recursive: true });
    await git(work, ['init', '--quiet', '--initial-branch=main', '--template=', '.']);
    for (const commit of COMMITS) {
      await git(work, ['add', '--', ...commit.paths]);
      await git(work, ['commit', '--quiet', '-m', commit.message], commit.date);
    }
    await git(scratch, ['clone', '--quiet', '--bare', '--template=', work, bare]);
    await git(bare, ['remote', 'remove', 'origin']);
    // A rename is atomic: a start cut short leaves no half repository behind that a second one would take for whole.
    await rename(bare, targetDir);
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return { headSha: await git(targetDir, ['rev-parse', 'refs/heads/main']) };
}

async function git(cwd: string, args: readonly string[], date: string = COMMITS[0].date): Promise<string> {
  const identity = { NAME: 'Front Desk', EMAIL: 'front-desk@example.invalid', DATE: date };
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((role) =>
      Object.entries(identity).map(([key, value]) => [`GIT_${role}_${key}`, value]),
    ),
  );
  // No configuration of the machine: an operator's signing key or hooks would change the commits or ask for a password.
  const { stdout } = await run('git', [...args], {
    cwd,
    // Without its own repository git must not find one around it.
    env: {
      ...env,
      GIT_CEILING_DIRECTORIES: dirname(cwd),
      PATH: process.env.PATH,
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CONFIG_NOSYSTEM: '1',
    },
  });
  return stdout.trim();
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

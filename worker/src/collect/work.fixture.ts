import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkerStart } from '@claude-codex/contracts/worker/protocol';
import { afterEach, beforeEach } from 'vitest';
import { createGit } from './git.ts';
import { rememberTracked } from './rebuild.ts';
import type { WorkContext } from './work.ts';

/** Of the test that runs: somebody's project, and an agent's checkout in it. */
export let project: string;
export let checkout: string;
export let home: string;
export let env: Record<string, string>;
export let context: WorkContext;
/** What was handed over. */
export let bundle: Buffer | undefined;
/** The value of the one secret the agent was given. */
export const SECRET = 'sk-very-secret-4711';

/** A checkout inside somebody's project, as the default data directory `.codex` makes it; one for each test of the file. */
export function useProject(): void {
  beforeEach(async () => {
    bundle = undefined;
    project = await mkdtemp(join(tmpdir(), 'codex-project-'));
    env = {
      PATH: process.env.PATH ?? '',
      HOME: project,
      ...{ GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x' },
    };
    checkout = join(project, '.codex/instances/1/checkout');
    home = join(project, '.codex/instances/1/home');
    sh(project, 'git init -q --initial-branch=main .; echo theirs > theirs.txt; git add .; git commit -qm theirs');
    await mkdir(checkout, { recursive: true });
    sh(
      checkout,
      'git init -q --initial-branch=work .; echo a > a.txt; echo kept > kept.log; git add .; git commit -qm base',
    );
    sh(checkout, 'echo "*.log" > .gitignore; git add .; git commit -qm ignore');
    await rememberTracked({ checkout, home, resumed: false }, env);
    const baseSha = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: checkout, encoding: 'utf8' }).trim();
    context = {
      start: { paths: { checkout, home }, branch: 'work', baseSha, instanceName: 'work-1-a1' } as WorkerStart,
      environment: env,
      secrets: () => ({ API_KEY: SECRET, EMPTY: '' }),
      egress: {
        putFile: async (path: string) => {
          keepBundle(path);
          return 'blob';
        },
      },
    };
  });
  afterEach(() => rm(project, { recursive: true, force: true }));
}

export function sh(cwd: string, script: string): void {
  execFileSync('sh', ['-ec', script], { cwd, env, stdio: 'pipe' });
}

/** Null: nothing was handed over. */
export function keepBundle(path: string | null): void {
  bundle = path === null ? undefined : readFileSync(path);
}

export async function filesInBundle(): Promise<string[]> {
  const mirror = join(project, 'mirror.git');
  sh(project, `git init -q --bare ${mirror}`);
  await writeFile(join(project, 'got.bundle'), bundle ?? '');
  sh(mirror, `git fetch -q ../got.bundle refs/codex/hand-over:refs/heads/got`);
  return (await createGit({ workTree: project, gitDir: mirror }, env)('ls-tree', '-r', '--name-only', 'got')).split(
    '\n',
  );
}

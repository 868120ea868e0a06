import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findingText } from '@claude-codex/contracts/worker/protocol';
import { afterEach, beforeEach } from 'vitest';
import { commitWork, type Head } from './commit.ts';
import { createGit, type Git } from './git.ts';

/** Of the test that runs: a checkout with one commit, on the branch `work`, in a folder of its own. */
export let folder: string;
export let checkout: string;
export let git: Git;
export let baseSha: string;
let env: Record<string, string>;
const identity = { GIT_AUTHOR_NAME: 'A', GIT_AUTHOR_EMAIL: 'a@x', GIT_COMMITTER_NAME: 'A', GIT_COMMITTER_EMAIL: 'a@x' };

/** Makes them before each test of the file that calls it, and takes them away. */
export function useCheckout(): void {
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'codex-commit-'));
    checkout = join(folder, 'checkout');
    await mkdir(checkout);
    env = { PATH: process.env.PATH ?? '', HOME: folder, ...identity };
    git = createGit({ workTree: checkout }, env);
    execFileSync('git', ['init', '--quiet', '--initial-branch=main'], { cwd: checkout });
    await writeFile(join(checkout, 'a.txt'), 'a\n');
    await git('add', '.');
    await git('commit', '--quiet', '-m', 'base');
    baseSha = await git('rev-parse', 'HEAD');
    await git('checkout', '--quiet', '-b', 'work');
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
}

/** The work so far is what the agent began with. */
export async function beginHere(): Promise<void> {
  baseSha = await git('rev-parse', 'HEAD');
}

export const commit = (told: readonly string[] = []) =>
  commitWork({ checkout, env, branch: 'work', baseSha, message: 'wip', told });
export const again = ({ findings }: Head) => commit(findings.map(findingText));
export const sh = (script: string) => execFileSync('sh', ['-ec', script], { cwd: checkout, env, stdio: 'pipe' });
export const codes = ({ findings }: Head) => findings.map(({ code }) => code);
export const filesOf = async (sha: string) => (await git('ls-tree', '-r', '--name-only', sha)).split('\n');

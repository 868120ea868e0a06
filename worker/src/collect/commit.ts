import { rm, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Git } from './git.ts';

const LOCK_RETRY_MS = 250;
/** A git of the agent that is at work is done sooner; a lock this old was left by one that was cut short. */
const LOCK_LEFT_BEHIND_MS = 5_000;

export interface Head {
  readonly sha: string;
  readonly commits: number;
  /** Set when the work is not on the branch it belongs to. */
  readonly problem: string | null;
}

/** Commits what is uncommitted (never what is ignored) and makes sure that the branch holds the work. */
export async function commitWork(git: Git, branch: string, baseSha: string, message: string): Promise<Head> {
  await withIndex(git, async () => {
    await git('add', '--all', '--', '.');
    const staged = await git('diff', '--cached', '--name-only', '-z');
    if (staged !== '') await git('commit', '--quiet', '--no-verify', '-m', message);
  });
  const head = await git('rev-parse', 'HEAD');
  const ref = `refs/heads/${branch}`;
  const problem = await bringBranch(git, ref, head);
  const sha = await git('rev-parse', `${ref}^{commit}`);
  const commits = Number(await git('rev-list', '--count', `${baseSha}..${ref}`));
  return { sha, commits, problem };
}

/** An agent may have left the branch. Commits ahead of it are brought back onto it; anything else is told, not guessed. */
async function bringBranch(git: Git, ref: string, head: string): Promise<string | null> {
  const tip = await git('rev-parse', '--verify', '--quiet', `${ref}^{commit}`).catch(() => null);
  if (tip === head) return null;
  const isAhead =
    tip === null ||
    (await git('merge-base', '--is-ancestor', tip, head).then(
      () => true,
      () => false,
    ));
  if (!isAhead) return `HEAD (${head.slice(0, 12)}) is not ahead of ${ref}; only what is on the branch was collected`;
  await git('update-ref', ref, head);
  return null;
}

/** Waits while the agent's own git holds the index, and takes away a lock whose owner was killed with its turn. */
async function withIndex(git: Git, work: () => Promise<void>): Promise<void> {
  const lock = await git('rev-parse', '--path-format=absolute', '--git-path', 'index.lock');
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof Error) || !error.message.includes('index.lock')) throw error;
      const info = await stat(lock).catch(() => null);
      if (info !== null && Date.now() - info.mtimeMs > LOCK_LEFT_BEHIND_MS) await rm(lock, { force: true });
      else await sleep(LOCK_RETRY_MS);
    }
  }
}

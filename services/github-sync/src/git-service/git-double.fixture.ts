import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { conflicting } from '@claude-codex/forges/forge';
import type { GitService } from './git-service.ts';

const run = promisify(execFile);

export interface GitDouble extends GitService {
  /** One commit on a new branch from the base as it is now; gives it. */
  commit(branch: string, files: Readonly<Record<string, string>>): Promise<string>;
  remove(): void;
}

/**
 * What the git service does for one repository, on a clone of it. `url` signs in by itself; `certificate` is the file of
 * whoever answers there.
 */
export async function createGitDouble(url: string, certificate: string): Promise<GitDouble> {
  const clone = mkdtempSync(join(tmpdir(), 'codex-git-double-'));
  const env = { ...process.env, GIT_SSL_CAINFO: certificate };
  async function git(...args: string[]): Promise<string> {
    const who = ['-c', 'user.name=Agent', '-c', 'user.email=agent@example.org'];
    return (await run('git', [...who, ...args], { cwd: clone, env })).stdout.trim();
  }
  const succeeds = (...args: string[]) =>
    git(...args).then(
      () => true,
      () => false,
    );
  await git('clone', '--quiet', url, '.');

  let fetching: Promise<unknown> = Promise.resolve();
  async function there(branch: string): Promise<string | null> {
    // Side by side they would stand in each other's way, as they would in a mirror.
    fetching = fetching.then(() => git('fetch', '--quiet', '--prune', 'origin'));
    await fetching;
    const known = await succeeds('rev-parse', '--verify', '--quiet', `origin/${branch}`);
    return known ? git('rev-parse', `origin/${branch}`) : null;
  }

  async function conflictsOf(base: string, head: string): Promise<string[]> {
    const merge = ['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', base, head];
    const printed = await git(...merge).catch(({ stdout }: { stdout: string }) => stdout);
    return printed
      .split('\0')
      .slice(1)
      .filter((name) => name.trim() !== '');
  }

  return {
    async commit(branch, files) {
      await there('main');
      await git('checkout', '--quiet', '-B', branch, 'origin/main');
      for (const [name, content] of Object.entries(files)) writeFileSync(join(clone, name), content);
      await git('add', '--all');
      await git('commit', '--quiet', '-m', 'Work');
      return git('rev-parse', 'HEAD');
    },
    async refresh() {
      return { defaultBranch: 'main', headSha: (await there('main')) ?? '', branches: ['main'], shallow: false };
    },
    async pushBranch({ branch, headSha }) {
      const refused = (code: string) => ({ ok: false as const, code, detail: `${code}.` });
      if (!(await succeeds('cat-file', '-e', `${headSha}^{commit}`))) return refused('HEAD_MISSING');
      const before = await there(branch);
      if (before !== null && !(await succeeds('merge-base', '--is-ancestor', before, headSha))) {
        return refused('BRANCH_TAKEN');
      }
      await git('push', '--quiet', 'origin', `${headSha}:refs/heads/${branch}`);
      return { ok: true };
    },
    async updateBranch({ branch, baseBranch, headSha }) {
      const base = (await there(baseBranch)) ?? '';
      if (await succeeds('merge-base', '--is-ancestor', base, headSha)) return { ok: true, headSha, changes: null };
      const conflicts = await conflictsOf(base, headSha);
      if (conflicts.length > 0) return conflicting(conflicts);
      await git('checkout', '--quiet', '--detach', headSha);
      await git('merge', '--quiet', '--no-edit', base);
      const updated = await git('rev-parse', 'HEAD');
      const filesChanged = (await git('diff', '--name-only', base, updated)).split('\n').length;
      const sizes = { commits: [], filesChanged, additions: 1, deletions: 0 };
      const blobs = { diffBlobId: 'diff', interdiffBlobId: null };
      const changes = { branch, baseSha: base, headSha: updated, previousHeadSha: headSha, ...sizes, ...blobs };
      return { ok: true, headSha: updated, changes };
    },
    async conflicts({ baseBranch, headSha }) {
      return { conflicts: await conflictsOf((await there(baseBranch)) ?? '', headSha) };
    },
    remove: () => rmSync(clone, { recursive: true, force: true }),
  };
}

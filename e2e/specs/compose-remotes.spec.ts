import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import type { CommandAccepted, RepositoryView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { composeServer } from '../src/compose.ts';
import { type GitHost, gitHost, makeGitHost } from '../src/git-host.ts';
import type { Person } from '../src/person.ts';

const ROOT = resolve(import.meta.dirname, '..', '..');

describeWith(gitHost, 'a team’s own git host', () => {
  let person: Person;
  let host: GitHost;

  beforeAll(async () => {
    host = await makeGitHost(`cxg${process.env.PORT}`);
    // As an operator does: the settings, and the server brought up again with them.
    const env = {
      ...process.env,
      CODEX_PRIVATE_HOSTS: host.network,
      GIT_SSL_CAINFO: host.certificate,
      CODEX_SSH_KEY: host.key,
      CODEX_SSH_KNOWN_HOSTS: host.knownHosts,
    };
    const up = ['compose', '--progress', 'quiet', 'up', '--detach', '--no-build', '--wait', '--wait-timeout', '300'];
    execFileSync('docker', up, { cwd: ROOT, env, stdio: 'pipe' });
    // Not before: a connection that is kept from then leads to a gateway that is gone.
    person = await composeServer().owner();
  }, 400_000);
  afterAll(() => host?.remove());

  async function connect(url: string): Promise<string> {
    const { id } = await person.api.post<CommandAccepted>('/api/repositories', { source: { kind: 'git', url } });
    await waitFor(
      `${url} to be ready`,
      async () => {
        const { repositories } = await person.api.get<{ repositories: RepositoryView[] }>('/api/repositories');
        const repository = repositories.find((other) => other.id === id);
        if (repository?.status === 'unavailable') throw new Error(JSON.stringify(repository));
        return repository?.status === 'ready';
      },
      { timeoutMs: 120_000 },
    );
    return id;
  }

  it.each(['https', 'ssh'] as const)(
    'is reached over %s: its repository is connected, worked on, merged and pushed',
    async (way) => {
      const repositoryId = await connect(host.url(way));
      const title = `Write something down over ${way}`;
      const taskId = await person.createTask({ title, description: '', repositoryId, workflow: 'develop' });
      const review = await person.openReview(taskId, 'develop', 1);
      expect((await person.diff(taskId)).files.map(({ path }) => path)).toEqual(['NOTES.md']);
      const before = host.git(way, 'rev-parse', 'main').trim();

      await person.api.patch(`/api/reviews/${review.id}/approve`, { merge: 'merge' });
      await person.waitForTask(taskId, 'completed', (task) => task.state === 'completed');
      expect(host.git(way, 'ls-tree', '--name-only', 'main').trim().split('\n').sort()).toEqual([
        'NOTES.md',
        'README.md',
      ]);
      expect(host.git(way, 'rev-parse', 'main^1').trim()).toBe(before);
      expect(host.git(way, 'log', '-1', '--format=%an', 'main').trim()).not.toBe('');
    },
    200_000,
  );
});

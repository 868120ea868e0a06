import type { Change } from '@claude-codex/forges/forge';
import { newId } from '@claude-codex/service-kit/ids';
import { startFakeGithub } from '@claude-codex/testing/github/fake-github';
import { createClient } from '../../api/client.ts';
import { createGitDouble } from '../../git-service/git-double.fixture.ts';
import { createGithubForge } from './github-forge.ts';

export const SLUG = 'team/shop';
export const BRANCH = 'codex/1-greet-a1';
/** Of what people said nothing is known yet. */
export const NOTHING: ReadonlySet<string> = new Set();

/** The stand-in of GitHub with one repository, and our side of it. `wait` moves the clock that limits are read by. */
export async function furnish() {
  const github = await startFakeGithub({ plainApi: true });
  const { directory } = await github.addRepository(SLUG, { files: { 'same.txt': 'base\n' } });
  github.addCollaborator(SLUG, 'team-bot', 'write');
  const token = github.addToken({ login: 'team-bot' });
  const url = github.cloneUrl(SLUG).replace('https://', `https://x-access-token:${token}@`);
  const git = await createGitDouble(url, github.certificate.file);
  let later = 0;
  const client = await createClient({ apiUrl: github.apiUrl, proxy: {} }, token, () => Date.now() + later);
  const wait = (ms: number) => {
    later += ms;
  };
  const clients = {
    ofConnection: async () => ({
      ...client,
      kind: 'token' as const,
      token: 't',
      credentialId: newId(),
      login: 'team-bot',
    }),
  };
  /** Of a process that knows nothing of the one before. */
  const freshForge = () => createGithubForge({ clients, git, textOf: async ({ title, body }) => ({ title, body }) });
  const forge = freshForge();
  const change = (headSha: string): Change => ({
    ...{ pullRequestId: newId(), taskId: newId(), repositoryId: newId(), number: null, draft: false },
    ...{ branch: BRANCH, baseBranch: 'main', headSha, title: 'Greet', body: 'Says hello.' },
    source: { kind: 'forge', provider: 'github', connectionId: newId(), slug: SLUG, url: github.cloneUrl(SLUG) },
  });
  return { github, git, clients, forge, freshForge, directory, change, wait };
}

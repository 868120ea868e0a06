import { type FakeGithub, startFakeGithub } from '@claude-codex/testing/github/fake-github';
import type { Browser } from 'playwright-core';
import { launchChromium, openVisitor, type Visitor } from './browser.ts';
import { signIn } from './browser-steps.ts';
import { type Person, setUpOwner } from './person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from './standalone.ts';

const WEBHOOK_SECRET = 'the secret of the webhook';

/** A team whose code is on GitHub, over GitHub's stand-in: real git over https, its API, its webhooks. */
export interface GithubTeam {
  readonly github: FakeGithub;
  readonly server: StandaloneServer;
  readonly person: Person;
  /** The same person, in a browser. */
  readonly visitor: Visitor;
  /** Of an account that may push to `slug`; not connected yet. */
  readonly token: string;
  /** GitHub tells the server from then on. */
  addHook(): void;
  stop(): Promise<void>;
}

/**
 * A server that is set up, and `slug` as a private repository at GitHub that is not connected yet.
 * @param options `hook`: whether GitHub tells the server from the start; true
 */
export async function startGithubTeam(slug: string, { hook = true }: { hook?: boolean } = {}): Promise<GithubTeam> {
  const github = await startFakeGithub({ plainApi: true });
  await github.addRepository(slug, { private: true, files: { 'README.md': '# A shop\n' } });
  const token = github.addToken({ login: 'team-bot' });
  github.addCollaborator(slug, 'team-bot', 'write');
  const [browser, server]: [Browser, StandaloneServer] = await Promise.all([
    launchChromium(),
    startStandalone({
      GITHUB_API_URL: github.apiUrl,
      GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
      CODEX_PRIVATE_HOSTS: 'localhost',
      GIT_SSL_CAINFO: github.certificate.file,
      CODEX_GITHUB_POLL_SECONDS: '3',
    }),
  ]);
  const addHook = () =>
    void github.addHook(slug, { url: `${server.url}/webhooks/github`, secret: WEBHOOK_SECRET, events: ['*'] });
  if (hook) addHook();
  const person = await setUpOwner(server.url, SETUP_TOKEN);
  const visitor = await openVisitor(browser, server.url);
  await signIn(visitor);
  visitor.page.setDefaultTimeout(15_000);
  return {
    ...{ github, server, person, visitor, token, addHook },
    async stop() {
      await browser.close();
      await server.remove();
      await github.stop();
    },
  };
}

import type { CommandAccepted, ForgeView, RepositoryView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import { type FakeGithub, startFakeGithub } from '@claude-codex/testing/github/fake-github';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { signIn } from '../src/browser-steps.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

const SLUG = 'octo/shop';

/** A workspace connects by an app that a person makes on the pages of GitHub's stand-in. */
describeWith(chromiumEngine, 'an app on GitHub', () => {
  let browser: Browser;
  let github: FakeGithub;
  let server: StandaloneServer;
  let visitor: Visitor;
  let person: Person;
  beforeAll(async () => {
    github = await startFakeGithub();
    await github.addRepository(SLUG, { private: true, files: { 'README.md': '# A shop\n' } });
    [browser, server] = await Promise.all([
      launchChromium(),
      startStandalone({
        GITHUB_API_URL: github.apiUrl,
        NODE_EXTRA_CA_CERTS: github.certificate.file,
        CODEX_PRIVATE_HOSTS: 'localhost',
        GIT_SSL_CAINFO: github.certificate.file,
      }),
    ]);
    person = await setUpOwner(server.url, SETUP_TOKEN);
    // GitHub sends the browser to the address the server is known by, where it has to be signed in.
    const known = server.url.replace('127.0.0.1', 'localhost');
    visitor = await openVisitor(browser, known, { ignoreHTTPSErrors: true });
    await signIn(visitor);
    visitor.page.setDefaultTimeout(20_000);
  }, 120_000);
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor.keepEvidence(task.name);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
    await github?.stop();
  });

  it('says what it may do before anything is made, and lets its form go to GitHub alone', async () => {
    const { page } = visitor;
    await page.goto('/settings');
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/settings/github-app')),
      page.getByRole('link', { name: 'Make a GitHub App' }).click(),
    ]);
    const policy = answer.headers()['content-security-policy'];
    expect(policy).toContain(`form-action 'self' ${github.webUrl};`);
    await page.getByRole('rowheader', { name: 'Pull requests' }).waitFor();
    expect(await page.getByRole('rowheader').allTextContents()).toContain('Contents');
    const other = await page.request.get('/settings');
    expect(other.headers()['content-security-policy']).toContain("form-action 'self';");
  });

  it('is made there, installed there, and connected with here', async () => {
    const { page } = visitor;
    await page.getByLabel('Name').fill('Codex of the shop');
    await page.getByRole('button', { name: 'Go on to GitHub' }).click();
    await page.getByRole('heading', { name: 'Create the app Codex of the shop?' }).waitFor();
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByRole('heading', { name: /Install Codex of the shop/ }).waitFor();
    const back = page.waitForRequest((request) => request.url().includes('installation_id='));
    await page.getByRole('button', { name: 'Install' }).click();
    const returned = (await back).url();
    await page.getByText('codex-of-the-shop[bot]').first().waitFor();
    // The same address again, as by a reload.
    await page.goto(returned);
    await page.getByText('codex-of-the-shop[bot]').first().waitFor();
    const { forges } = await person.api.get<{ forges: ForgeView[] }>('/api/forges');
    expect(forges).toMatchObject([{ status: 'connected', login: 'codex-of-the-shop[bot]', webUrl: github.webUrl }]);
  });

  it('reads a private repository it is installed on', async () => {
    const url = github.cloneUrl(SLUG);
    const { id } = await person.api.post<CommandAccepted>('/api/repositories', { source: { kind: 'git', url } });
    await waitFor('the repository to be copied', async () => {
      const found = await person.api.get<RepositoryView>(`/api/repositories/${id}`);
      if (found.status === 'unavailable') throw new Error(JSON.stringify(found.problem));
      return found.status === 'ready' ? found : null;
    });
  });

  it('says so when somebody comes with a state that is not theirs, and how to go on', async () => {
    const { page } = visitor;
    await page.goto('/settings/github-app?code=abc&state=of-nobody');
    await page.getByText(/You are making no app that this belongs to/).waitFor();
    await page.getByRole('link', { name: 'Begin again' }).click();
    await page.getByRole('button', { name: 'Go on to GitHub' }).waitFor();
    expect(server.output()).not.toMatch(/PRIVATE KEY|of-nobody/);
    const { events } = await person.api.get<{ events: unknown[] }>('/api/events?limit=200');
    expect(JSON.stringify(events)).not.toContain('PRIVATE KEY');
    expect(github.violations).toEqual([]);
  });
});

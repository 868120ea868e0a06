import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { settle, signInAll } from '../src/browser-looks.ts';
import { OWNER, type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

const NOBODY = '01jd0000000000000000000000';

describeWith(chromiumEngine, 'an address of something that is not there', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let owner: Visitor;
  let person: Person;
  let draft: object;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    person = await setUpOwner(server.url, SETUP_TOKEN);
    const { id: repositoryId } = await person.connectSample();
    draft = { title: 'Greet', description: '', repositoryId, execute: false };
    owner = await openVisitor(browser, server.url);
    await signInAll([owner], server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  const saysWith = async (path: string, words: RegExp, link: string) => {
    await settle(owner, path);
    const main = owner.page.locator('main');
    await main.getByText(words).first().waitFor({ timeout: 10_000 });
    await main.getByRole('link', { name: link, exact: true }).click();
    await owner.page.waitForURL((url) => url.pathname !== path);
  };

  it.each([
    ['/tasks/zzzz', /“zzzz” is not the id of a task/, 'Board'],
    ['/tasks/01JD0000000000000000000000/changes', /is not the id of a task/, 'Board'],
    ['/tasks/%2e%2e%2fetc', /is not the id of a task/, 'Board'],
    [`/tasks/${NOBODY}`, /no task of this id in this workspace/, 'Board'],
    [`/tasks/${NOBODY}/terminal`, /no task of this id in this workspace/, 'Board'],
    ['/tasks', /There is nothing at this address/, 'Board'],
    ['/repositories/zzzz', /There is nothing at this address/, 'Repositories'],
    ['/settings/billing', /There is nothing at this address/, 'Settings'],
    ['/nowhere', /There is nothing at this address/, 'Board'],
  ])('%s says what is missing and leads back', saysWith);

  it('a part that a task does not have leads to the task', async () => {
    const id = await person.createTask(draft);
    await saysWith(`/tasks/${id}/costs`, /“costs” is no part of a task/, 'The task');
    await owner.page.getByRole('heading', { name: 'Greet' }).waitFor();
  });

  it('a deleted task names who deleted it, by its link and while it is looked at', async () => {
    const id = await person.createTask(draft);
    await settle(owner, `/tasks/${id}`);
    await person.api.raw('DELETE', `/api/tasks/${id}`);
    const said = owner.page.getByText(new RegExp(`${OWNER.name} deleted it`));
    await said.waitFor({ timeout: 10_000 });
    await settle(owner, `/tasks/${id}`);
    await said.waitFor({ timeout: 10_000 });
    expect(await owner.page.getByRole('heading', { level: 1 }).innerText()).toBe('This task was deleted');
  });
});

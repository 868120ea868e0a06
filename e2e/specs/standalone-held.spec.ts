import { describeWith } from '@claude-codex/testing';
import type { Browser, Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { settle, signInAll } from '../src/browser-looks.ts';
import { MOODS, type MoodyProvider, startMoodyProvider } from '../src/moody-provider.ts';
import { setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

describeWith(chromiumEngine, 'a task whose work waits for a named reason', () => {
  let browser: Browser;
  let provider: MoodyProvider;
  let server: StandaloneServer;
  let owner: Visitor;
  let taskId: string;
  beforeAll(async () => {
    provider = await startMoodyProvider();
    provider.mood = MOODS.refusesKey;
    const keys = { ANTHROPIC_BASE_URL: provider.url, ANTHROPIC_API_KEY: 'sk-ant-not-a-key' };
    [browser, server] = await Promise.all([launchChromium(), startStandalone(keys)]);
    const person = await setUpOwner(server.url, SETUP_TOKEN);
    const { id: repositoryId } = await person.connectSample();
    taskId = await person.createTask({ title: 'Greet', description: '', repositoryId, workflow: 'develop' });
    await person.waitForTask(taskId, 'held back', ({ held }) => held?.cause === 'model_credential_refused');
    owner = await openVisitor(browser, server.url);
    await signInAll([owner], server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
    await provider?.close();
  });

  /** Neither the word nor the pulse that stand for work which goes on. */
  async function expectStill(place: Locator) {
    const visible = place.filter({ visible: true });
    // What is rendered: the text content also holds what only a screen reader is told once more.
    expect(await visible.innerText()).not.toMatch(/\b(Working|Starting|running)\b/);
    expect(await visible.locator('.pulse').count()).toBe(0);
  }

  it('does not say on its own page that it works', async () => {
    await settle(owner, `/tasks/${taskId}`);
    const { page } = owner;
    await page.getByRole('region', { name: 'Held back' }).waitFor();
    await expectStill(page.locator('main'));
    await page.locator('main header').getByText('Waits for somebody').waitFor();
  });

  it.each(['/', '/?view=list'])('nor on the board (%s)', async (path) => {
    await settle(owner, path);
    const card = owner.page.locator(`[data-card="${taskId}"]`).filter({ visible: true });
    await card.waitFor();
    await expectStill(card);
    await card.getByText('Waits for somebody').waitFor();
  });
});

import { AxeBuilder } from '@axe-core/playwright';
import type { TaskView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { settle, signInAll } from '../src/browser-looks.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

/** The parts of a page that need a name of their own, because somebody jumps from one to the next. */
const LANDMARKS = ['landmark-unique', 'region', 'aria-allowed-role'];

describeWith(chromiumEngine, 'cards that say what they stand for', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let owner: Visitor;
  let person: Person;
  let repositoryId: string;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    person = await setUpOwner(server.url, SETUP_TOKEN);
    repositoryId = (await person.connectSample()).id;
    owner = await openVisitor(browser, server.url);
    await signInAll([owner], server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });
  const create = (title: string) => person.createTask({ title, description: '', repositoryId, workflow: 'develop' });

  it('what somebody cancelled is an outcome and no alarm, and what is not known yet is a dash', async () => {
    const id = await create('Greet');
    await settle(owner, `/tasks/${id}`);
    const { page } = owner;
    await person.api.post(`/api/tasks/${id}/cancel`, { reason: 'We greet nobody any more.' });
    await page.getByText('We greet nobody any more.').filter({ visible: true }).first().waitFor();
    const details = page.getByRole('complementary', { name: 'Details' });
    await details.getByText('It was cancelled').waitFor();
    expect(await details.innerText()).not.toContain('TASK_CANCELLED');
    expect(await details.locator('.text-failed, .bg-failed-soft').count()).toBe(0);

    const draft = await person.createTask({ title: 'Wave', description: '', repositoryId, execute: false });
    await settle(owner, `/tasks/${draft}`);
    expect(await page.locator('main').innerText()).not.toContain('$0.00');
  });

  it('cancelling and deleting ask first, and whoever keeps pressing Enter keeps the task', async () => {
    const id = await create('Greet the night');
    await settle(owner, `/tasks/${id}`);
    const { page } = owner;
    const stateOf = async () => (await person.api.get<TaskView>(`/api/tasks/${id}`)).state;
    async function pick(item: string, question: RegExp) {
      await page.getByRole('button', { name: 'More actions' }).click();
      await page.getByRole('menuitem', { name: item }).click();
      const asked = page.getByRole('group', { name: question });
      await asked.waitFor();
      return asked;
    }

    await pick('Cancel task', /^Cancel this task\?/);
    await page.keyboard.press('Escape');
    const cancel = await pick('Cancel task', /^Cancel this task\?/);
    await page.keyboard.press('Enter');
    await cancel.waitFor({ state: 'detached' });
    expect(await stateOf()).not.toBe('cancelled');
    await (await pick('Cancel task', /^Cancel this task\?/)).getByRole('button', { name: 'Cancel the task' }).click();
    await waitFor('it to be cancelled', async () => (await stateOf()) === 'cancelled');

    const remove = await pick('Delete task', /^Delete this task\?/);
    await page.keyboard.press('Enter');
    await remove.waitFor({ state: 'detached' });
    expect(await stateOf()).toBe('cancelled');
    await (await pick('Delete task', /^Delete this task\?/)).getByRole('button', { name: 'Delete the task' }).click();
    await page.waitForURL((url) => url.pathname === '/');
    await expect(stateOf()).rejects.toThrow('404');
  });

  it('several reviews of the same phase have names of their own', async () => {
    const ids = [await create('Greet in the morning'), await create('Greet in the evening')];
    for (const id of ids) await person.openReview(id, 'develop', 1);
    await settle(owner, '/attention');
    await owner.page
      .getByRole('region', { name: /^Review of/ })
      .nth(1)
      .waitFor();
    const { violations } = await new AxeBuilder({ page: owner.page }).withRules(LANDMARKS).analyze();
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([]);
  });

  it('an image that is pasted into a message is named as what cannot be sent', async () => {
    const id = await create('Greet at noon');
    await person.openReview(id, 'develop', 1);
    await settle(owner, `/tasks/${id}`);
    const box = owner.page.getByRole('textbox', { name: /message/i });
    await box.fill('Like this:');
    await box.evaluate((field) => {
      const clipboardData = new DataTransfer();
      clipboardData.items.add(new File([new Uint8Array([137, 80, 78, 71])], 'image.png', { type: 'image/png' }));
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    });
    await owner.page.getByText('Images cannot be sent').waitFor({ timeout: 10_000 });
    expect(await box.inputValue()).toBe('Like this:');
  });
});

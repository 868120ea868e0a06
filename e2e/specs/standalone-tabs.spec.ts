import { describeWith } from '@claude-codex/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { PATIENCE, signIn } from '../src/browser-steps.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

/** More than a browser has connections for: it opens six to one server. */
const MANY = 9;

describeWith(chromiumEngine, 'the page of a task that is opened anew', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let visitor: Visitor;
  let person: Person;
  let repositoryId: string;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    person = await setUpOwner(server.url, SETUP_TOKEN);
    visitor = await openVisitor(browser, server.url);
    await signIn(visitor);
    repositoryId = (await person.connectSample()).id;
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor.keepEvidence(task.name);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  const draft = (title: string) =>
    person.createTask({ title, description: title, repositoryId, workflow: 'plan-only', execute: false });

  it('names the repository as soon as it is known, and never calls it gone before', async () => {
    const { page } = visitor;
    const id = await draft('A page that is loaded');
    let known: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      known = resolve;
    });
    await page.route('**/api/rows/repository*', async (route) => {
      await held;
      await route.continue();
    });
    await page.goto(`/tasks/${id}`);
    await page.getByRole('heading', { name: 'A page that is loaded' }).waitFor();
    expect(await page.getByText('No longer connected').count()).toBe(0);
    known();
    await page.locator('header').getByRole('status').getByText('Live').waitFor();
    const { name } = (await person.api.get<{ repositories: { name: string }[] }>('/api/repositories'))
      .repositories[0] ?? {
      name: '',
    };
    await page.locator('main header').getByText(name, { exact: true }).waitFor({ timeout: 10_000 });
    await page.unroute('**/api/rows/repository*');
  });

  it('keeps what came meanwhile when an answer comes late', async () => {
    const { page } = visitor;
    const id = await draft('An answer that comes late');
    await page.goto(`/tasks/${id}`);
    await isLive(page);
    let release: () => void = () => undefined;
    const late = new Promise<void>((resolve) => {
      release = resolve;
    });
    let [held, answered] = [false, false];
    const rowsOf = new RegExp(`/api/tasks/${id}/rows\\?of=page`);
    await page.route(rowsOf, async (route) => {
      const response = await route.fetch();
      held = true;
      await late;
      await route.fulfill({ response });
      answered = true;
    });
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect.poll(() => held, PATIENCE).toBe(true);
    await person.api.post(`/api/tasks/${id}/cancel`, {});
    await person.api.post(`/api/tasks/${id}/retry`);
    const second = page.getByText(/^planning-\d+-a2$/);
    await second.first().waitFor(PATIENCE);
    release();
    await expect.poll(() => answered, PATIENCE).toBe(true);
    // What an answer takes away is gone with the next frame of the screen.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    expect(await second.count()).toBeGreaterThan(0);
    await page.unroute(rowsOf);
    await person.api.post(`/api/tasks/${id}/cancel`, {});
  });

  it(`is one of ${MANY} tabs, and every one of them works when it is looked at`, { timeout: 400_000 }, async () => {
    const id = await draft('One of many');
    const context = await browser.newContext({
      baseURL: server.url,
      storageState: await visitor.page.context().storageState(),
    });
    await context.addInitScript(() => {
      Object.defineProperty(document, 'hidden', { get: () => Reflect.get(window, 'away') === true });
      Object.defineProperty(document, 'visibilityState', {
        get: () => (Reflect.get(window, 'away') === true ? 'hidden' : 'visible'),
      });
    });
    const tabs: Page[] = [];
    for (let n = 0; n < MANY; n++) {
      const from = performance.now();
      const before = tabs.at(-1);
      if (before !== undefined) await look(before, false);
      const page = await context.newPage();
      page.setDefaultTimeout(60_000);
      tabs.push(page);
      await page.goto(`/tasks/${id}`);
      await isLive(page);
      process.stdout.write(`tab ${n + 1} is live after ${Math.round(performance.now() - from)} ms\n`);
    }
    const [first, last] = [tabs.at(0), tabs.at(-1)];
    if (first === undefined || last === undefined) throw new Error('no tab was opened');
    expect(await last.evaluate(async () => (await fetch('/api/session')).status)).toBe(200);
    await person.api.patch(`/api/tasks/${id}`, { title: 'Renamed meanwhile' });
    await last.getByRole('heading', { name: 'Renamed meanwhile' }).waitFor();
    await look(last, false);
    await look(first, true);
    await first.getByRole('heading', { name: 'Renamed meanwhile' }).waitFor();
    await isLive(first);
    await context.close();
  });
});

/** Chromium without a screen shows every tab at once: whether one is looked at has to be said. */
async function look(page: Page, there: boolean): Promise<void> {
  await page.evaluate((isThere) => {
    Reflect.set(window, 'away', !isThere);
    document.dispatchEvent(new Event('visibilitychange'));
  }, there);
}

async function isLive(page: Page): Promise<void> {
  await page.locator('header').getByRole('status').getByText('Live').waitFor();
}

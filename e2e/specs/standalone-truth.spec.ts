import type { EventView } from '@claude-codex/contracts';
import { describeWith, waitFor } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { agentWorks, approvePlan, becomeOwner, cardIn, PATIENCE, setupPath, trySample } from '../src/browser-steps.ts';
import { logIn, type Person } from '../src/person.ts';
import { type StandaloneServer, startStandalone } from '../src/standalone.ts';

const GONE_MS = 2_000;
const TRUE_AGAIN_MS = 5_000;

describeWith(chromiumEngine, 'the page tells the truth when the server dies', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let owner: Visitor;
  let person: Person;
  let taskId: string;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    owner = await openVisitor(browser, server.url);
    await becomeOwner(owner, await setupPath(server));
    taskId = await trySample(owner);
    person = await logIn(server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  const gone = () => owner.page.getByRole('alert').getByText('Server gone since');
  const loads = { count: 0 };

  it('says within 2 s that the server is gone, and keeps what was typed', async () => {
    const { page } = owner;
    await agentWorks(page);
    await page.getByRole('textbox', { name: /message/i }).fill('Please be brief.');
    page.on('load', () => {
      loads.count += 1;
    });
    await server.kill();
    const from = performance.now();
    await gone().waitFor({ timeout: 30_000 });
    const ms = performance.now() - from;
    process.stdout.write(`the page says that the server is gone after ${Math.round(ms)} ms\n`);
    expect(ms).toBeLessThan(GONE_MS);
    expect(await page.getByRole('textbox', { name: /message/i }).inputValue()).toBe('Please be brief.');
  });

  it('is true again within 5 s of the restart without loading again, and the agent goes on', async () => {
    const { page } = owner;
    await server.restart();
    const from = performance.now();
    await gone().waitFor({ state: 'detached', timeout: 60_000 });
    await page.locator('header').getByRole('status').getByText('Live').waitFor();
    const ms = performance.now() - from;
    process.stdout.write(`the page is true again ${Math.round(ms)} ms after the server answered\n`);
    expect(ms).toBeLessThan(TRUE_AGAIN_MS);
    expect(loads.count).toBe(0);
    expect(await page.getByRole('textbox', { name: /message/i }).inputValue()).toBe('Please be brief.');
    await page.getByRole('region', { name: /^Review of Plan/ }).waitFor(PATIENCE);
    owner.forgive();
  });

  it('shows what a fresh page shows: nothing twice, nothing missing', async () => {
    const fresh = await openVisitor(browser, server.url, { storageState: await owner.page.context().storageState() });
    await fresh.page.goto(`/tasks/${taskId}`);
    await fresh.page.getByRole('region', { name: /^Review of Plan/ }).waitFor(PATIENCE);
    const seen = ({ page }: Visitor) => page.getByRole('log', { name: 'Activity' }).innerText();
    await waitFor(
      'both pages to show the same',
      async () => withoutTimes(await seen(fresh)) === withoutTimes(await seen(owner)),
    );
    await fresh.close();
    const events = await eventsOf(person, taskId);
    for (const type of ['TaskCreated', 'TaskStarted', 'ReviewCreated', 'AttemptCompleted'])
      expect(
        events.filter((event) => event.type === type),
        type,
      ).toHaveLength(1);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(events.length);
  });

  it('a decision made after the restart reaches the agent, and the board of the same page follows', async () => {
    const { page } = owner;
    await approvePlan(owner);
    await page.getByRole('link', { name: 'Board' }).first().click();
    await cardIn(page, 'Needs you', taskId).waitFor(PATIENCE);
    owner.expectClean();
  });
});

async function eventsOf({ api }: Person, taskId: string): Promise<EventView[]> {
  return (await api.get<{ events: EventView[] }>(`/api/tasks/${taskId}/events?limit=500`)).events;
}

/** The words of a page without those that the clock changes. */
function withoutTimes(words: string): string {
  return words.replaceAll(/\d+ (s|min|h) ago|just now|now/g, '').replaceAll(/\s+/g, ' ');
}

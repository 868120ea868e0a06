import { AxeBuilder } from '@axe-core/playwright';
import type { TaskView } from '@claude-codex/contracts';
import { describeWith } from '@claude-codex/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { chromiumEngine, launchChromium } from '../src/browser.ts';
import { type LookingVisitor, openLooks, settle, signInAll } from '../src/browser-looks.ts';
import { SECRET } from '../src/main-flow.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

// Every page with every visitor: minutes on a slow machine, and how long it takes says nothing.
vi.setConfig({ testTimeout: 420_000 });

describeWith(chromiumEngine, 'every page for everybody', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let visitors: LookingVisitor[];
  let person: Person;
  let taskId: string;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    visitors = await openLooks(browser, server.url);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  it('set-up and sign-in', async () => {
    await check(['/setup', `/setup?token=${SETUP_TOKEN}`, '/login', '/invite', '/invite?token=none']);
  });

  it('an empty workspace, and an address without a page', async () => {
    person = await setUpOwner(server.url, SETUP_TOKEN);
    await signInAll(visitors, server.url);
    await check([
      '/',
      '/attention',
      '/repositories',
      '/repositories?connect',
      '/health',
      '/settings',
      '/nowhere',
      '/tasks/none/x',
    ]);
  });

  it('a plan in review: board, attention, and the five tabs of its task', async () => {
    const repository = await person.connectSample();
    taskId = await person.createTask({
      title: 'Greet visitors by the time of day',
      description:
        'Greet visitors by the time of day. Lines need a signature made with the key of the greeting service.',
      repositoryId: repository.id,
      workflow: 'plan-design-develop',
    });
    await person.openReview(taskId, 'plan', 1);
    await check(['/', '/?view=list', '/attention', '/repositories', '/settings', ...tabs()]);
  });

  it('a question and a value that an agent waits for', async () => {
    const plan = await person.openReview(taskId, 'plan', 1);
    await person.api.patch(`/api/reviews/${plan.id}/approve`, {});
    const question = await person.openQuestion(taskId);
    await check(['/', '/attention', `/tasks/${taskId}`]);
    await person.api.post(`/api/questions/${question.id}/answer`, { choices: [question.options[0]?.label] });
    const dependency = await person.openDependency(taskId);
    await check(['/attention', `/tasks/${taskId}`]);
    await person.provide(dependency.id, SECRET);
  });

  it('a change in review, with a comment', async () => {
    const review = await person.openReview(taskId, 'develop', 1);
    const diff = await person.diff(taskId);
    const line = diff.files[0]?.hunks[0]?.lines.find(({ kind }) => kind === 'added')?.newLine ?? 1;
    await person.api.post(`/api/reviews/${review.id}/comments`, {
      path: diff.files[0]?.path,
      startLine: line,
      endLine: line,
      body: 'What happens with an **empty** name?',
    });
    await check(['/', '/attention', ...tabs()]);
  });

  it('the list of shortcuts and the palette', async () => {
    for (const visitor of visitors) {
      const { page } = visitor;
      await settle(visitor, '/');
      await page.keyboard.press('?');
      await page.getByRole('dialog').getByText('Everywhere').waitFor();
      await expectAccessible(visitor, 'shortcuts');
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'detached' });
      await page.keyboard.press('Control+k');
      await page.getByPlaceholder('Search tasks and pages…').waitFor();
      await expectAccessible(visitor, 'palette');
      await page.keyboard.press('Escape');
      visitor.expectClean();
    }
  });

  it('board, task and review by keyboard alone', async () => {
    const visitor = visitors[0] as LookingVisitor;
    const { page } = visitor;
    await settle(visitor, '/settings');
    await page.keyboard.press('Control+k');
    await page.getByPlaceholder('Search tasks and pages…').waitFor();
    await page.keyboard.type('board');
    await page.keyboard.press('Enter');
    await page.waitForURL((address) => address.pathname === '/');
    await page.locator('[data-card-link]').first().waitFor();
    await page.keyboard.press('j');
    await page.locator('[data-card-link]:focus').waitFor();
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/tasks/${taskId}`);
    await tabTo(page, 'button', /^More/);
    await page.keyboard.press('Enter');
    await page.locator('[role=menuitem]:focus').waitFor();
    await page.keyboard.press('Escape');
    await page.locator('button[aria-haspopup=menu]:focus').waitFor();
    await tabTo(page, 'link', /^Changes/);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/changes');
    await page.locator('[data-file]').first().waitFor();
    await page.keyboard.press('n');
    await page.keyboard.press('c');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.type('Please name this after what it is.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Please name this after what it is.').waitFor();
    await page.keyboard.press('v');
    await page.locator('[data-file] input[type=checkbox]:checked').first().waitFor();
    await tabTo(page, 'button', /^Request changes/);
    await page.keyboard.press('Enter');
    await page.locator('textarea:focus').waitFor();
    await page.keyboard.type('Nearly there.');
    await tabTo(page, 'button', /^Send 2 comments/);
    await page.keyboard.press('Enter');
    await page.getByText('Sent back to the agent').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.waitForURL('**/attention');
    visitor.expectClean();
  });

  it('what was asked for, in the next round: one of the threads resolved', async () => {
    await person.openReview(taskId, 'develop', 2);
    const { threads } = await person.api.get<TaskView>(`/api/tasks/${taskId}`);
    await person.api.patch(`/api/threads/${threads[0]?.id}/resolve`);
    await check(['/attention', `/tasks/${taskId}/changes`]);
  });

  const tabs = () => ['', '/changes', '/documents', '/terminal', '/events'].map((tab) => `/tasks/${taskId}${tab}`);

  async function check(paths: readonly string[]): Promise<void> {
    const found: string[] = [];
    for (const visitor of visitors) {
      for (const path of paths) {
        await settle(visitor, path);
        found.push(...(await violations(visitor, path)));
      }
      // An address without a page answers so, and the browser notes it.
      const complaints = visitor.complaints().filter((line) => !/status of 404 .*\/nowhere\)/.test(line));
      found.push(...complaints.map((line) => `${visitor.look} ${line}`));
      visitor.forgive();
    }
    expect(found).toEqual([]);
  }
});

async function expectAccessible(visitor: LookingVisitor, name: string): Promise<void> {
  expect(await violations(visitor, name)).toEqual([]);
}

/** What depends on the colours. In the dark a page is the same otherwise, and was looked at in the light. */
const OF_COLOURS = ['color-contrast', 'link-in-text-block'];

/** What axe finds with all its rules, best practices included, and whether the page is wider than the screen. */
async function violations({ page, look }: LookingVisitor, name: string): Promise<string[]> {
  // Our pages have no frames. For frames axe opens a blank page at each look, which was half of what a look cost.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations: found } = await (look.endsWith('dark') ? axe.withRules(OF_COLOURS) : axe).analyze();
  const lines = found.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => `${look} ${name}: ${id} (${impact}) at ${node.target.join(' ')}: ${node.failureSummary}`),
  );
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return overflow > 0 ? [...lines, `${look} ${name}: ${overflow} px wider than the screen`] : lines;
}

/** Presses Tab until the focus is on the control of this name; the way there must not be endless. */
async function tabTo(page: Page, role: 'link' | 'button', name: RegExp): Promise<void> {
  const target = page.getByRole(role, { name }).first();
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab');
    if (await target.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`80 presses of Tab did not reach the ${role} ${name}`);
}

import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, DESK, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { PATIENCE, signIn } from '../src/browser-steps.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

/** What somebody types while others decide: a program with the owner's token is the others here. */
describeWith(chromiumEngine, 'words that are typed', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let visitor: Visitor;
  let person: Person;
  let taskId: string;
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    person = await setUpOwner(server.url, SETUP_TOKEN);
    visitor = await openVisitor(browser, server.url);
    await signIn(visitor);
    visitor.page.setDefaultTimeout(15_000);
    const repository = await person.connectSample();
    const title = 'Greet visitors by the time of day';
    taskId = await person.createTask({
      title,
      description: `${title}, signed with the key of the greeting service.`,
      repositoryId: repository.id,
      workflow: 'plan-design-develop',
    });
    await person.openReview(taskId, 'plan', 1);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor.keepEvidence(task.name);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  const unsent = () => visitor.page.getByRole('region', { name: 'Your words were not sent' });

  it('need no storage that the browser refuses: the pages are shown all the same', async () => {
    const context = await browser.newContext({ baseURL: server.url });
    await context.addCookies(await visitor.page.context().cookies());
    await context.addInitScript(() => {
      for (const name of ['localStorage', 'sessionStorage']) {
        const get = () => {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        };
        Object.defineProperty(window, name, { get });
      }
    });
    const page = await context.newPage();
    await page.goto('/');
    await page
      .getByRole('link', { name: /Greet visitors/ })
      .first()
      .waitFor(PATIENCE);
    await page.goto(`/tasks/${taskId}`);
    await page.getByRole('button', { name: 'Request changes' }).click(PATIENCE);
    await page.getByLabel('What should be different?').fill('More light.');
    expect(await page.getByLabel('What should be different?').inputValue()).toBe('More light.');
    await context.close();
  });

  it('are there again when somebody comes back to the reason of a decision', async () => {
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}`);
    await page.getByRole('button', { name: 'Request changes' }).click(PATIENCE);
    await page.getByLabel('What should be different?').fill('A plan for the night is missing.');
    await page.reload();
    expect(await page.getByLabel('What should be different?').inputValue()).toBe('A plan for the night is missing.');
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
    await page.reload();
    await page.getByRole('button', { name: 'Request changes' }).waitFor();
    expect(await page.getByLabel('What should be different?').count()).toBe(0);
  });

  it('for a comment on a document are still in their field when they could not be stored', async () => {
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}/documents`);
    await page
      .getByRole('button', { name: /^Comment on this part/ })
      .first()
      .click(PATIENCE);
    await page.getByRole('textbox', { name: 'Comment on this part' }).fill('Too long.');
    await page.getByRole('button', { name: 'Save comment' }).click();
    await page
      .locator('span:has(> button:text-is("Delete"))')
      .getByRole('button', { name: 'Edit', exact: true })
      .click();
    const field = page.getByRole('textbox', { name: 'Edit', exact: true });
    await field.fill('Too long by half.');
    await page.route('**/comments/*', (route) => route.abort());
    await page.locator('form').filter({ has: field }).getByRole('button', { name: /Save/ }).click();
    await page.getByRole('alert').first().waitFor();
    await page.unroute('**/comments/*');
    visitor.forgive();
    expect(await field.inputValue()).toBe('Too long by half.');
    await page.locator('form').filter({ has: field }).getByRole('button', { name: 'Cancel' }).click();
  });

  it('for a comment on a document stay in their field while others comment and edit, and after a reload', async () => {
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}/documents`);
    await page
      .getByRole('button', { name: /^Comment on this part/ })
      .nth(2)
      .click(PATIENCE);
    const field = page.getByRole('textbox', { name: 'Comment on this part' });
    await field.fill('Which of them?');
    const { id } = await person.openReview(taskId, 'plan', 1);
    const path = 'PLAN.md';
    const at = { path, side: 'new', startLine: 1, endLine: 1 };
    await person.api.post(`/api/reviews/${id}/comments`, { ...at, quote: '', body: 'Said of the title.' });
    await page.getByText('Said of the title.').waitFor();
    expect(await field.inputValue()).toBe('Which of them?');
    const plan = await person.api.raw('GET', `/api/tasks/${taskId}/documents?path=${path}`);
    const content = `# A title of its own\n\n${await plan.text()}`;
    await person.api.put(`/api/reviews/${id}/documents`, { path, content });
    await page.getByRole('heading', { name: 'A title of its own' }).waitFor();
    expect(await field.inputValue()).toBe('Which of them?');
    await page.reload();
    expect(await field.inputValue()).toBe('Which of them?');
    await page.locator('form').filter({ has: field }).getByRole('button', { name: 'Cancel' }).click();
    await field.waitFor({ state: 'detached' });
  });

  it('in a document say that somebody else saved another revision meanwhile, whose text stays', async () => {
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}/documents`);
    await page.getByRole('button', { name: 'Edit', exact: true }).first().press('Enter', PATIENCE);
    const field = page.getByRole('textbox', { name: 'Edit PLAN.md' });
    await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA');
    await field.fill('# My plan');
    const { id } = await person.openReview(taskId, 'plan', 1);
    await person.api.put(`/api/reviews/${id}/documents`, { path: 'PLAN.md', content: '# Another plan' });
    await page.getByText('Ada saved another revision while you were editing.').waitFor();
    await page.getByRole('button', { name: 'Save new revision' }).click();
    await page.getByRole('heading', { name: 'My plan' }).waitFor();
    const revision = page.getByLabel('Revision');
    const edited = 'Round 1, edited by Ada';
    expect(await revision.locator('option').allTextContents()).toEqual(['Round 1', edited, edited, edited]);
    await revision.selectOption({ index: 2 });
    await page.getByRole('heading', { name: 'Another plan' }).waitFor();
  });

  it('in a document go on with the round that comes meanwhile', async () => {
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}/documents`);
    await page.getByRole('button', { name: 'Edit', exact: true }).first().click(PATIENCE);
    const field = page.getByRole('textbox', { name: 'Edit PLAN.md' });
    await field.fill('# What I am writing');
    const { id } = await person.openReview(taskId, 'plan', 1);
    await person.api.patch(`/api/reviews/${id}/request-changes`, { summary: 'Once more.' });
    await person.openReview(taskId, 'plan', 2);
    await page.getByText('The agent saved another revision while you were editing.').waitFor(PATIENCE);
    expect(await field.inputValue()).toBe('# What I am writing');
    await unsent().waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Cancel', exact: true }).click();
  });

  it('are named before an approval leaves them behind', async () => {
    const { page } = visitor;
    const { id } = await person.openReview(taskId, 'plan', 2);
    const at = { path: 'PLAN.md', side: 'new', startLine: 1, endLine: 1 };
    await person.api.post(`/api/reviews/${id}/comments`, { ...at, body: 'Not for the agent after all.' });
    await page.goto(`/tasks/${taskId}/documents`);
    await page.getByRole('button', { name: /^Edit/ }).first().click(PATIENCE);
    const field = page.locator('textarea').first();
    await field.fill(`${await field.inputValue()}\nAlso at night.`);
    await page.goto(`/tasks/${taskId}`);
    await page.getByRole('button', { name: 'Approve', exact: true }).click(PATIENCE);
    await page.getByText('a text you typed on it was not saved').waitFor();
    await page.getByRole('button', { name: 'Approve anyway' }).click();
    await page.goto(`/tasks/${taskId}/documents?path=PLAN.md`);
    await page.getByText('was not sent to the agent').first().waitFor();
    await person.openQuestion(taskId);
    await unsent().getByRole('button', { name: 'Discard' }).click(PATIENCE);
    await unsent().waitFor({ state: 'detached' });
  });

  it('stay on the page of what needs attention when somebody else was faster', async () => {
    const { page } = visitor;
    const question = await person.openQuestion(taskId);
    await page.goto('/attention');
    await page.getByRole('textbox', { name: 'Your own answer' }).fill('Good day, at any time');
    const choices = [question.options[0]?.label ?? 'yes'];
    const answered = person.api.post(`/api/questions/${question.id}/answer`, { choices });
    // Whoever types on does not see at once that the field is gone: `c` would leave for a new task.
    for (let typed = 0; typed < 1_000 && (await unsent().count()) === 0; typed += 1) await page.keyboard.press('x');
    await page.keyboard.type('xcx');
    await answered;
    await unsent().getByText('Good day, at any time').waitFor();
    await unsent()
      .getByText(/answered:/)
      .waitFor();
    await unsent().getByRole('button', { name: 'Discard' }).click();
    await unsent().waitFor({ state: 'detached' });
  });

  it('for a comment on a line of a change are one click away after a reload', async () => {
    const { page } = visitor;
    await person.provide((await person.openDependency(taskId)).id, 'a-value');
    await person.openReview(taskId, 'develop', 1);
    await page.goto(`/tasks/${taskId}/changes`);
    await page
      .getByRole('button', { name: /^Comment on line/ })
      .first()
      .click(PATIENCE);
    const field = page.getByRole('textbox', { name: /^Comment on line/ });
    await field.fill('Why here?');
    await page.reload();
    const goOn = page.getByRole('button', { name: /^Go on with your comment on / });
    await goOn.click(PATIENCE);
    expect(await field.inputValue()).toBe('Why here?');
    await goOn.waitFor({ state: 'detached' });
    // Escape leaves the field and throws nothing away.
    await field.press('Escape');
    await goOn.click();
    expect(await field.inputValue()).toBe('Why here?');
  });

  it('about a change find it to be read at 200 % of a small screen too', async () => {
    const { page } = visitor;
    await page.setViewportSize({ width: 720, height: 450 });
    const diff = page.getByRole('region', { name: 'Diff' });
    await diff.scrollIntoViewIfNeeded();
    expect((await diff.boundingBox())?.height).toBeGreaterThan(150);
    await page.setViewportSize(DESK);
  });

  it('of approved work are kept too, and a conflict can be tried again with the base as it is now', async () => {
    const { page } = visitor;
    const review = await person.openReview(taskId, 'develop', 1);
    await changeBase(server.dataDir);
    await person.api.patch(`/api/reviews/${review.id}/approve`, { merge: 'merge' });
    await person.waitForTask(taskId, 'a conflict', (task) => (task.pullRequest?.problem?.conflicts.length ?? 0) > 0);
    // The words of the comment begun before stand beside the decision now; a field for them would lead nowhere.
    await page.getByRole('textbox', { name: /^Comment on line/ }).waitFor({ state: 'detached' });
    await page.goto(`/tasks/${taskId}/changes`);
    await page.getByRole('button', { name: 'Ask the agent to resolve' }).waitFor(PATIENCE);
    await page.getByRole('button', { name: 'Update from main' }).waitFor();
    await page.getByRole('button', { name: 'Request changes' }).click();
    await page.getByLabel('What should be different?').fill('Take the new greeting.');
    await page.goto('/attention');
    expect(await page.getByLabel('What should be different?').inputValue()).toBe('Take the new greeting.');
  });
});

/** Somebody pushes to the sample's base branch: every line of the greeting is another one. */
async function changeBase(dataDir: string): Promise<void> {
  const clone = await mkdtemp(join(tmpdir(), 'codex-base-'));
  try {
    const git = (...args: string[]) => execFileSync('git', ['-C', clone, ...args], { stdio: 'pipe' });
    execFileSync('git', ['clone', '-q', join(dataDir, 'sample-repository.git'), clone], { stdio: 'pipe' });
    const path = join(clone, 'src', 'greet.js');
    const lines = (await readFile(path, 'utf8')).split('\n');
    await writeFile(path, lines.map((line) => (line === '' ? '' : `${line} // changed`)).join('\n'));
    git('-c', 'user.name=Grace', '-c', 'user.email=grace@example.org', 'commit', '-qam', 'Change the greeting');
    git('push', '-q', 'origin', 'HEAD');
  } finally {
    await rm(clone, { recursive: true, force: true });
  }
}

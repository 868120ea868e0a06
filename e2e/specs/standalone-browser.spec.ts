import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import {
  agentWorks,
  answerQuestion,
  approveAndMerge,
  approvePlan,
  becomeOwner,
  cardIn,
  PATIENCE,
  provideValue,
  setupPath,
  signIn,
  taskState,
  trySample,
} from '../src/browser-steps.ts';
import { SECRET } from '../src/main-flow.ts';
import { type StandaloneServer, startStandalone } from '../src/standalone.ts';

/**
 * What round 1 asked for stands in round 2 with the agent's answer, until a person resolves it; everybody sees that at once,
 * and somebody who is writing a reply meanwhile goes on. By keyboard one stays at the thread.
 */
async function settleThread({ page }: Visitor, watcher: Visitor): Promise<void> {
  const thread = page.getByRole('region', { name: /thread by/i });
  const isAtThread = () => thread.evaluate((element) => element === document.activeElement);
  await page.getByRole('button', { name: 'Unresolved (1)' }).waitFor(PATIENCE);
  await page.getByRole('region', { name: 'Diff' }).focus();
  await page.keyboard.press('t');
  await thread.getByText('Done', { exact: true }).waitFor();
  expect(await isAtThread()).toBe(true);

  await page.getByRole('button', { name: 'Approve and merge', exact: true }).click();
  await page.getByText('one thread is not resolved').waitFor();
  await page.getByRole('button', { name: 'Back', exact: true }).click();

  await watcher.page.getByRole('link', { name: /^Changes/ }).click();
  await thread.getByRole('button', { name: 'Reply' }).click();
  await page.getByRole('textbox', { name: 'Reply' }).fill('Thank you, that is it.');
  await thread.getByRole('button', { name: 'Reply' }).last().click();
  await watcher.page.getByText('Thank you, that is it.').waitFor();
  await expect.poll(isAtThread).toBe(true);
  await thread.getByRole('button', { name: 'Reply', exact: true }).waitFor();

  const watched = watcher.page.getByRole('region', { name: /thread by/i });
  await watched.getByRole('button', { name: 'Reply' }).click();
  await watcher.page.getByRole('textbox', { name: 'Reply' }).fill('I agree.');
  await thread.getByRole('button', { name: 'Resolve', exact: true }).click();
  await watcher.page.getByText(/^Resolved by/).waitFor();
  await expect.poll(isAtThread).toBe(true);
  await watched.getByRole('button', { name: 'Reply' }).last().click();
  await page.getByText('3 replies').waitFor();
  await page.getByRole('button', { name: /^Unresolved/ }).waitFor({ state: 'detached' });
}

describeWith(chromiumEngine, 'the main job in a browser, standalone', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let owner: Visitor;
  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());
  beforeEach(async () => {
    server = await startStandalone();
    owner = await openVisitor(browser, server.url);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await owner?.keepEvidence(task.name);
    await owner?.close();
    await server?.remove();
  });

  it('the whole demo: plan edited, question, sealed value, comment, rework, merge; a second browser sees it all', async () => {
    const { page } = owner;
    await becomeOwner(owner, await setupPath(server));
    const taskId = await trySample(owner);
    await agentWorks(page);

    const watcher = await openVisitor(browser, server.url);
    await signIn(watcher);
    const boardCard = (column: string) => cardIn(watcher.page, column, taskId);
    const loads = { count: 0 };
    watcher.page.on('load', () => {
      loads.count += 1;
    });
    await boardCard('In review').waitFor(PATIENCE);

    await page.getByRole('link', { name: /^Edit or comment on PLAN\.md/ }).click(PATIENCE);
    await page.getByRole('button', { name: 'Edit', exact: true }).click();
    const editor = page.getByLabel('Edit PLAN.md');
    const plan = await editor.inputValue();
    await editor.fill(`${plan}\n\nNote from the reviewer: keep the greetings short.\n`);
    await page.getByRole('button', { name: 'Save new revision' }).click();
    await page.getByText('Note from the reviewer: keep the greetings short.').waitFor();
    await page.getByRole('button', { name: 'Approve', exact: true }).click();

    await page.getByRole('link', { name: 'Activity' }).click();
    await answerableQuestion(owner);
    await boardCard('Needs you').waitFor(PATIENCE);
    await page.reload();
    await answerableQuestion(owner);
    await page.waitForFunction(() => {
      const log = document.querySelector('[role=log]');
      return log !== null && log.scrollHeight - log.scrollTop - log.clientHeight < 2;
    });
    await answerQuestion(owner);

    await provideValue(owner, SECRET);
    await boardCard('In review').waitFor(PATIENCE);
    expect(loads.count, 'the second browser followed without loading again').toBe(0);
    await boardCard('In review').getByRole('link').click();

    await page.getByRole('link', { name: 'Look at the changes' }).click(PATIENCE);
    const added = page
      .locator('tr[data-change]')
      .getByRole('button', { name: /^Comment on line/ })
      .first();
    await added.waitFor(PATIENCE);
    await added.click();
    await page
      .getByLabel(/^Comment on line/)
      .and(page.locator('textarea'))
      .fill('What happens with an empty name? Please cover it with a test.');
    await page.getByRole('button', { name: 'Save comment' }).click();
    await page.getByText('Draft, goes to the agent when changes are requested').waitFor();
    await page.reload();
    await page.getByText('What happens with an empty name?').waitFor();
    await page.getByRole('button', { name: 'Request changes' }).click();
    await page.getByRole('button', { name: 'Send 1 comment to the agent' }).click();

    await watcher.page.getByRole('region', { name: /round 2$/ }).waitFor(PATIENCE);
    await page.getByRole('button', { name: 'Approve and merge', exact: true }).waitFor(PATIENCE);
    await settleThread(owner, watcher);
    await approveAndMerge(owner);
    await taskState(page, 'Done');
    await taskState(watcher.page, 'Done');
    expect(loads.count, 'the second browser followed without loading again').toBe(0);

    const sample = join(server.dataDir, 'sample-repository.git');
    const subjects = execFileSync('git', ['-C', sample, 'log', '--format=%s', 'main'], { encoding: 'utf8' });
    expect(subjects.trim().split('\n').length).toBeGreaterThan(3);
    await page.goto('/');
    await cardIn(page, 'Done', taskId).waitFor();
    owner.expectClean();
    watcher.expectClean();
    await watcher.close();
  });

  it('the shortest way through the demo: at most 5 actions to a running agent, 7 to a merged change', async () => {
    const { page, actions } = owner;
    await becomeOwner(owner, await setupPath(server));
    await trySample(owner);
    await agentWorks(page);
    const toAgent = actions.length;
    await approvePlan(owner);
    await answerQuestion(owner);
    await provideValue(owner, SECRET);
    await approveAndMerge(owner);
    await taskState(page, 'Done');
    report('demo', actions, toAgent);
    expect(toAgent).toBeLessThanOrEqual(5);
    expect(actions.length).toBeLessThanOrEqual(7);
    owner.expectClean();
  });

  it('says at the field what is wrong with it, and forgets nothing that was typed', async () => {
    const { page } = owner;
    await page.goto(await setupPath(server));
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('E-mail').fill('ada@localhost');
    await page.getByLabel('Password').fill('correct horse battery');
    await page.getByRole('button', { name: 'Create owner and start' }).click();
    await page.locator('input[aria-invalid=true]').and(page.getByLabel('E-mail')).waitFor();
    expect(await page.getByLabel('Your name').inputValue()).toBe('Ada');
    owner.forgive();
    await page.getByLabel('E-mail').fill('ada@example.org');
    await page.getByRole('button', { name: 'Create owner and start' }).click();

    await page.getByRole('button', { name: 'Connect a repository' }).click();
    await page.getByLabel('Path').fill('/nowhere/at/all');
    await page.getByRole('button', { name: 'Connect', exact: true }).click();
    await page.locator('input[aria-invalid=true]').and(page.getByLabel('Path')).waitFor();
  });

  it('one’s own repository: at most 7 actions to a running agent, 10 to a merged change', async () => {
    const repository = await ownRepository();
    try {
      const { page, actions } = owner;
      await becomeOwner(owner, await setupPath(server));
      await owner.act('press "Connect a repository"', () =>
        page.getByRole('button', { name: 'Connect a repository' }).click(),
      );
      await owner.act('fill in and send the repository’s form', async () => {
        await page.getByLabel('Path').fill(repository);
        await page.getByRole('button', { name: 'Connect', exact: true }).click();
      });
      await page.getByText('Ready', { exact: true }).waitFor(PATIENCE);
      await owner.act('go to the board', () => page.getByRole('link', { name: 'Board' }).first().click());
      await owner.act('write the task and start it', async () => {
        await page.getByRole('textbox', { name: 'New task' }).fill('Write down what this project is for');
        await page.getByRole('button', { name: 'Start', exact: true }).click();
      });
      await owner.act('open the task', () =>
        page.getByRole('article').getByRole('link', { name: 'Write down what this project is for' }).click(),
      );
      await agentWorks(page);
      const toAgent = actions.length;
      await approvePlan(owner);
      await approveAndMerge(owner);
      await taskState(page, 'Done');
      report('own repository', actions, toAgent);
      expect(toAgent).toBeLessThanOrEqual(7);
      expect(actions.length).toBeLessThanOrEqual(10);
      const files = execFileSync('git', ['-C', repository, 'ls-tree', '--name-only', 'main'], { encoding: 'utf8' });
      expect(files).toContain('NOTES.md');
      owner.expectClean();
    } finally {
      await rm(repository, { recursive: true, force: true });
    }
  });
});

async function answerableQuestion({ page }: Visitor): Promise<void> {
  await page.locator('button[aria-pressed]:has(kbd)').first().waitFor(PATIENCE);
}

function report(name: string, actions: readonly string[], toAgent: number): void {
  const lines = actions.map((action, index) => `  ${index + 1}. ${action}`);
  process.stdout.write(
    `actions, ${name}: ${toAgent} to a running agent, ${actions.length} to a merged change\n${lines.join('\n')}\n`,
  );
}

async function ownRepository(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'claude-codex-own-'));
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...args]);
  git('init', '--quiet', '--initial-branch=main');
  await writeFile(join(folder, 'README.md'), '# Engines\n');
  git('add', '.');
  git('commit', '--quiet', '-m', 'Start');
  return folder;
}

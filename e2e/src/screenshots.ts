// `npm run screenshots -w e2e`: the demo's steps and every page, light, dark and on a phone, into docs/screenshots.
// With `-- health` or `-- trouble` only those pictures are taken anew.
import { spawnSync } from 'node:child_process';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Browser } from 'playwright-core';
import { launchChromium, openVisitor } from './browser.ts';
import { type LookingVisitor, openLooks, settle, signInAll } from './browser-looks.ts';
import {
  agentWorks,
  answerQuestion,
  approveAndMerge,
  approvePlan,
  becomeOwner,
  PATIENCE,
  provideValue,
  setupPath,
  taskState,
  trySample,
} from './browser-steps.ts';
import { takeHealthPictures } from './health-pictures.ts';
import { SECRET } from './main-flow.ts';
import { startStandalone } from './standalone.ts';
import { takeTroublePictures } from './trouble-pictures.ts';

const FOLDER = resolve(import.meta.dirname, '..', '..', 'docs', 'screenshots');
const LARGEST_BYTES = 120 * 1024;

const SETS = {
  demo: { begins: /^\d-|^page-(?!health)/, take: takeDemoPictures },
  health: { begins: /^page-health/, take: takeHealthPictures },
  trouble: { begins: /^trouble-/, take: takeTroublePictures },
} as const;
const only = process.argv[2];
if (only !== undefined && !(only in SETS)) throw new Error(`Give nothing or one of: ${Object.keys(SETS).join(', ')}.`);
const wanted = Object.entries(SETS).flatMap(([name, set]) => (only === undefined || name === only ? [set] : []));
if (only === undefined) await rm(FOLDER, { recursive: true, force: true });
await mkdir(FOLDER, { recursive: true });
const browser = await launchChromium();
try {
  for (const { take } of wanted) await take(browser, FOLDER);
} finally {
  await browser.close();
}

// Pictures of pages have few colours. The tool is a Debian package; without it they are only larger.
const pictures = (await readdir(FOLDER))
  .filter((name) => wanted.some(({ begins }) => begins.test(name)))
  .map((name) => join(FOLDER, name));
const quantised = spawnSync('pngquant', [
  '--force',
  '--ext',
  '.png',
  '--quality',
  '60-95',
  '--strip',
  '64',
  ...pictures,
]);
if (quantised.error !== undefined) process.stdout.write('pngquant is not installed: the pictures stay large\n');

let total = 0;
for (const name of await readdir(FOLDER)) {
  const { size } = await stat(join(FOLDER, name));
  total += size;
  if (size > LARGEST_BYTES) process.stdout.write(`${name} has ${Math.round(size / 1024)} KB\n`);
}
process.stdout.write(`${(await readdir(FOLDER)).length} pictures, ${Math.round(total / 1024)} KB\n`);

/** The demo from set-up to merge, and every page on the way. */
async function takeDemoPictures(browser: Browser, folder: string): Promise<void> {
  const server = await startStandalone();
  try {
    const visitors = (await openLooks(browser, server.url)).filter(({ look }) => look !== 'phone-dark');
    const owner = await openVisitor(browser, server.url);
    const { page } = owner;

    async function shoot(name: string, path: string, ready?: (visitor: LookingVisitor) => Promise<unknown>) {
      for (const visitor of visitors) {
        await settle(visitor, path);
        await ready?.(visitor);
        await visitor.page.screenshot({ path: join(folder, `${name}-${visitor.look}.png`), animations: 'disabled' });
      }
    }
    const toTop = (visitor: LookingVisitor) =>
      visitor.page.evaluate(() => document.querySelector('[role=log]')?.scrollTo(0, 0));

    await shoot('1-set-up', await setupPath(server));
    await becomeOwner(owner, await setupPath(server));
    await signInAll(visitors, server.url);
    await shoot('2-first-run', '/');
    const task = `/tasks/${await trySample(owner)}`;
    await agentWorks(page);
    await shoot('3-agent-at-work', task);
    await page.getByRole('region', { name: /^Review of Plan/ }).waitFor(PATIENCE);
    await shoot('4-plan-in-review', `${task}/documents`);
    await approvePlan(owner);
    await page.locator('button[aria-pressed]:has(kbd)').first().waitFor(PATIENCE);
    await shoot('5-question', task);
    await shoot('page-terminal', `${task}/terminal`, ({ page: terminal }) => terminal.locator('.xterm-rows').waitFor());
    await answerQuestion(owner);
    await page.getByLabel(/^Value for /).waitFor(PATIENCE);
    await shoot('6-sealed-value', '/attention');
    await provideValue(owner, SECRET);
    await page.getByText('Provided', { exact: true }).waitFor();
    await page.goto(`${task}/changes`);
    const added = page.locator('tr[data-change]').getByRole('button', { name: /^Comment on line/ });
    await added.first().click(PATIENCE);
    await page
      .locator('textarea')
      .first()
      .fill('What happens with an **empty** name? Please handle it and add a test.');
    await page.getByRole('button', { name: 'Save comment' }).click();
    await page.getByText('What happens with an empty name?').waitFor();
    await shoot('7-changes', `${task}/changes`, (visitor) => visitor.page.locator('table').first().waitFor());
    await page.getByRole('button', { name: 'Request changes' }).click();
    await page.getByRole('button', { name: 'Send 1 comment to the agent' }).click();
    await page.getByText('Sent back to the agent').waitFor();
    await page.goto(task);
    await page.getByRole('region', { name: /round 2$/ }).waitFor(PATIENCE);
    await shoot('8-rework-in-review', task);
    await shoot('page-board', '/');
    await shoot('page-threads', `${task}/changes`, async ({ page: changes }) => {
      await changes.getByRole('button', { name: /^Unresolved/ }).click();
      await changes.getByRole('button', { name: 'Next unresolved thread' }).click();
      await changes.getByRole('region', { name: /^Thread by/ }).waitFor();
    });
    await page.goto(`${task}/changes`);
    await page.getByRole('button', { name: 'Resolve', exact: true }).click();
    await page.getByText(/^Resolved by/).waitFor();
    await approveAndMerge(owner);
    await taskState(page, 'Done');
    await shoot('9-merged', task);
    await shoot('page-activity-from-the-start', task, toTop);
    await shoot('page-documents', `${task}/documents`);
    await shoot('page-events', `${task}/events`);
    await shoot('page-attention-empty', '/attention');
    await shoot('page-repositories', '/repositories');
    await shoot('page-settings', '/settings');
    await shoot('page-not-found', '/nowhere');
    await shoot('page-palette', '/', async (visitor) => {
      await visitor.page.keyboard.press('Control+k');
      await visitor.page.getByPlaceholder('Search tasks and pages…').waitFor();
    });
    for (const visitor of visitors) await visitor.page.context().clearCookies();
    await shoot('page-sign-in', '/login');
  } finally {
    await server.remove();
  }
}

import { waitFor } from '@claude-codex/testing';
import type { Locator, Page } from 'playwright-core';
import type { Visitor } from './browser.ts';
import { OWNER } from './person.ts';

/** How long an agent may take for one stretch of its work on a slow machine. */
export const PATIENCE = { timeout: 120_000 };

/** The one-time link that the server prints when it is ready, as a path of its address. */
export async function setupPath(server: { output(): string }): Promise<string> {
  const link = await waitFor('the set-up link', () => /one-time link: (\S+)/.exec(server.output())?.[1]);
  const { pathname, search } = new URL(link);
  return `${pathname}${search}`;
}

/** From the printed link to the empty board: two actions. */
export async function becomeOwner(visitor: Visitor, path: string): Promise<void> {
  const { page } = visitor;
  await visitor.act('open the set-up link', () => page.goto(path));
  await visitor.act('fill in and send the owner form', async () => {
    await page.getByLabel('Your name').fill(OWNER.name);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByLabel('Workspace name').fill(OWNER.workspace);
    await page.getByRole('button', { name: 'Create owner and start' }).click();
  });
  await page.getByRole('heading', { name: 'Start with a first task' }).waitFor();
}

export async function signIn(visitor: Visitor, path = '/'): Promise<void> {
  const { page } = visitor;
  await page.goto('/login');
  await page.getByLabel('E-mail').fill(OWNER.email);
  await page.getByLabel('Password').fill(OWNER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((address) => address.pathname === '/');
  if (path !== '/') await page.goto(path);
}

/** One button starts the sample task; gives the task's id. */
export async function trySample(visitor: Visitor): Promise<string> {
  const { page } = visitor;
  await visitor.act('press "Try the sample"', () => page.getByRole('button', { name: 'Try the sample' }).click());
  await page.waitForURL(/\/tasks\/[^/]+$/);
  return taskIdOf(page);
}

export function taskIdOf(page: Page): string {
  const id = /^\/tasks\/([^/]+)/.exec(new URL(page.url()).pathname)?.[1];
  if (id === undefined) throw new Error(`not a task's page: ${page.url()}`);
  return id;
}

/** Waits until the page shows that an agent is at work. */
export function agentWorks(page: Page): Promise<void> {
  return page
    .getByRole('log', { name: 'Activity' })
    .getByText(/^Working/)
    .first()
    .waitFor(PATIENCE);
}

export const reviewCard = (page: Page, name: RegExp): Locator => page.getByRole('region', { name });

export async function approvePlan(visitor: Visitor): Promise<void> {
  const card = reviewCard(visitor.page, /^Review of Plan/);
  await visitor.act('approve the plan', () =>
    card.getByRole('button', { name: 'Approve', exact: true }).click(PATIENCE),
  );
}

/** Presses the first option of the open question. */
export async function answerQuestion(visitor: Visitor): Promise<void> {
  const option = visitor.page.locator('button[aria-pressed]:has(kbd)').first();
  await visitor.act('choose an answer', () => option.click(PATIENCE));
}

export async function provideValue(visitor: Visitor, value: string): Promise<void> {
  const { page } = visitor;
  const field = page.getByLabel(/^Value for /);
  await field.waitFor(PATIENCE);
  await visitor.act('fill in and send the sealed form', async () => {
    await field.fill(value);
    await page.getByRole('button', { name: 'Provide value' }).last().click();
  });
}

export async function approveAndMerge(visitor: Visitor): Promise<void> {
  const button = visitor.page.getByRole('button', { name: 'Approve and merge', exact: true });
  await visitor.act('approve and merge', () => button.click(PATIENCE));
}

/** Waits until the header of the task's page carries this state. */
export function taskState(page: Page, word: string): Promise<void> {
  return page.locator('header:has(h1)').getByText(word, { exact: true }).first().waitFor(PATIENCE);
}

/** A task's card in a column of the board. */
export const cardIn = (page: Page, column: string, taskId: string): Locator =>
  page.getByRole('region', { name: new RegExp(`^${column}`) }).locator(`[data-card="${taskId}"]`);

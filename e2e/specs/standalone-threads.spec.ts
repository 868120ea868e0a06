import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { PATIENCE, signIn } from '../src/browser-steps.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { sampleTaskInReview } from '../src/sample-task.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

describeWith(chromiumEngine, 'a thread of an earlier round', () => {
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
    taskId = await sampleTaskInReview(person, (await person.connectSample()).id);
    const review = await person.openReview(taskId, 'develop', 1);
    const file = (await person.diff(taskId)).files.find(({ path }) => path === 'src/cli.js');
    const line = file?.hunks.flatMap(({ lines }) => lines).find(({ text }) => text.includes('sign(line, key)'));
    await person.api.post(`/api/reviews/${review.id}/comments`, {
      ...{ path: 'src/cli.js', side: 'new', startLine: line?.newLine, endLine: line?.newLine, quote: line?.text },
      body: '**What** happens with `an empty name`?\n\n- here\n- and there',
    });
    await person.api.patch(`/api/reviews/${review.id}/request-changes`, { summary: '' });
    await person.openReview(taskId, 'develop', 2);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor.keepEvidence(task.name);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  it('is one line of plain text in the list of what is unresolved', async () => {
    const { page } = visitor;
    await page.goto(`/tasks/${taskId}/changes`);
    await page.getByRole('button', { name: 'Unresolved (1)' }).click(PATIENCE);
    const list = page.getByRole('list', { name: 'Unresolved threads' });
    await list.getByText('What happens with an empty name? here and there', { exact: true }).waitFor();
  });

  it('is what its round shows when somebody goes there from what changed since: in sight, and with the focus', async () => {
    const { page } = visitor;
    await page.setViewportSize({ width: 1440, height: 420 });
    await page.goto(`/tasks/${taskId}/changes`);
    await page.getByLabel('Compare with').selectOption('previous');
    await page.getByRole('button', { name: 'Show it in round 1' }).click(PATIENCE);
    const thread = page.getByRole('region', { name: /thread by/i });
    await expect.poll(() => thread.evaluate((element) => element === document.activeElement)).toBe(true);
    expect(await page.getByRole('button', { name: 'Show it in round 1' }).count()).toBe(0);
    // Longer than the list takes to settle.
    await page.waitForTimeout(1_500);
    const seen = await thread.evaluate((element) => {
      const { top } = element.getBoundingClientRect();
      const region = element.closest('[aria-label=Diff]')?.getBoundingClientRect();
      return region !== undefined && top >= region.top && top < region.bottom;
    });
    expect(seen).toBe(true);
  });
});

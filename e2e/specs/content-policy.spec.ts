import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { signInAll } from '../src/browser-looks.ts';
import { type Person, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  '<p onclick=alert(1) style="background:url(https://elsewhere.example)">x',
  '<svg onload=alert(1)>',
  '<details open ontoggle=alert(1)><summary>x',
  '<img src="a"onerror=alert(1)>',
  '<p/onclick=alert(1)>x',
  '<a href="javascript:alert(1)">x</a>',
  '![pixel](https://elsewhere.example/pixel.png)',
];

/** What a browser would report to the page's content policy: nothing, whatever agents and people wrote. */
describeWith(chromiumEngine, 'the content policy', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let visitor: Visitor;
  let owner: Person;
  let taskId = '';
  const reports: string[] = [];
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    owner = await setUpOwner(server.url, SETUP_TOKEN);
    const { id: repositoryId } = await owner.connectSample();
    const workflow = 'plan-design-develop';
    const title = 'Greet visitors by the time of day';
    taskId = await owner.createTask({ title, description: title, repositoryId, workflow });
    visitor = await openVisitor(browser, server.url);
    await signInAll([visitor], server.url);
    await visitor.page.exposeFunction('reported', (report: string) => reports.push(report));
    await visitor.page.addInitScript(() =>
      addEventListener('securitypolicyviolation', ({ effectiveDirective, blockedURI }) =>
        (globalThis as unknown as { reported(report: string): void }).reported(`${effectiveDirective} ${blockedURI}`),
      ),
    );
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  it('is not touched by a document made to touch it, wherever the task shows it', async () => {
    const { page } = visitor;
    const review = await owner.openReview(taskId, 'plan', 1);
    const content = `# Plan\n\n${HOSTILE.map((html) => `Before ${html} after\n\n${html}\n`).join('\n')}`;
    const path = review.deliverables[0]?.path ?? '';
    await owner.api.put(`/api/reviews/${review.id}/documents`, { path, content });
    for (const tab of ['', '/documents', '/changes', '/terminal', '/events']) {
      await page.goto(`/tasks/${taskId}${tab}`);
      await page.locator('html[data-started]').waitFor({ state: 'attached' });
    }
    // Within the page, so that the browser's own code renders it too.
    await page.goto('/');
    await page.locator('[data-card-link]').first().click();
    await page.getByRole('link', { name: /^Plan & documents/ }).click();
    await page.getByText('Before').first().waitFor();
    expect(reports).toEqual([]);
    visitor.expectClean();
  });
});

import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { signInAll } from '../src/browser-looks.ts';
import { setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';

/**
 * The gateway puts into a page what the page asks for first, in the page's own words. Were one side to spell a read
 * differently, everything would still work, a round trip later; so what is asked for is counted here.
 */
describeWith(chromiumEngine, 'the first view of a page', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let visitor: Visitor;
  let taskId = '';
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    const person = await setUpOwner(server.url, SETUP_TOKEN);
    const { id } = await person.connectSample();
    const title = 'Greet visitors by the time of day';
    const description = `${title}, signed with the key of the greeting service.`;
    taskId = await person.createTask({ title, description, repositoryId: id, workflow: 'plan-design-develop' });
    const plan = await person.openReview(taskId, 'plan', 1);
    await person.api.patch(`/api/reviews/${plan.id}/approve`, {});
    const question = await person.openQuestion(taskId);
    await person.api.post(`/api/questions/${question.id}/answer`, { choices: [question.options[0]?.label ?? 'yes'] });
    await person.provide((await person.openDependency(taskId)).id, 'a-value');
    await person.openReview(taskId, 'develop', 1);
    visitor = await openVisitor(browser, server.url);
    await signInAll([visitor], server.url);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor.keepEvidence(task.name);
  });
  afterAll(async () => {
    await browser?.close();
    await server?.remove();
  });

  it.each([
    ['the board', () => '/', '[data-card]'],
    ['a task', () => `/tasks/${taskId}`, '[role=log] section'],
    ['a diff', () => `/tasks/${taskId}/changes`, '[data-file] table'],
  ])('%s is there before anything is asked for', async (_name, path, content) => {
    const { page } = visitor;
    await page.addInitScript((selector) => {
      new MutationObserver((_changes, observer) => {
        if (document.querySelector(selector) === null) return;
        observer.disconnect();
        performance.mark('content');
      }).observe(document, { childList: true, subtree: true });
    }, content);
    await page.goto(path());
    await page.waitForFunction(() => performance.getEntriesByName('content').length > 0);
    const asked = await page.evaluate(() => {
      const at = performance.getEntriesByName('content')[0]?.startTime ?? 0;
      const requests = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      return requests.filter(({ responseEnd }) => responseEnd <= at).map(({ name }) => new URL(name).pathname);
    });
    // What the frame around a task shows is asked for as soon as the task is there, and may come in between.
    const frame = path() === '/' ? [] : ['/api/board', '/api/attention', '/api/repositories'];
    expect(asked.filter((at) => at.startsWith('/api/') && !frame.includes(at))).toEqual([]);
    visitor.expectClean();
  });
});

import { describeWith } from '@claude-codex/testing';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, DESK, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { signInAll } from '../src/browser-looks.ts';
import { OWNER, setUpOwner } from '../src/person.ts';
import { SETUP_TOKEN, type StandaloneServer, startStandalone } from '../src/standalone.ts';
import { taskInReview } from '../src/task-in-review.ts';

/** Every page comes as its whole first view, made on the server; the browser takes over what is there. */
describeWith(chromiumEngine, 'the first view of a page', () => {
  let browser: Browser;
  let server: StandaloneServer;
  let visitor: Visitor;
  let taskId = '';
  beforeAll(async () => {
    [browser, server] = await Promise.all([launchChromium(), startStandalone()]);
    taskId = await taskInReview(await setUpOwner(server.url, SETUP_TOKEN));
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

  const PAGES = [
    ['the board', () => '/', '[data-card]'],
    ['a task', () => `/tasks/${taskId}`, '[role=log] section'],
    ['a diff', () => `/tasks/${taskId}/changes`, '[data-file] table'],
    ['what needs somebody', () => '/attention', '[data-attention] section'],
  ] as const;

  it.each(PAGES)('%s is there without any code', async (_name, path, content) => {
    const context = await browser.newContext({
      baseURL: server.url,
      viewport: DESK,
      javaScriptEnabled: false,
      storageState: await visitor.page.context().storageState(),
    });
    const page = await context.newPage();
    await page.goto(path());
    expect(await page.locator(content).first().isVisible()).toBe(true);
    await context.close();
  });

  it.each(PAGES)('%s is taken over as it is, and nothing it shows is asked for again', async (_name, path, content) => {
    const { page } = visitor;
    await page.goto(path(), { waitUntil: 'commit' });
    const first = await page.locator(content).first().elementHandle();
    await started(page);
    expect(await first?.evaluate((element) => element.isConnected)).toBe(true);
    const asked = await page.evaluate(() => {
      const at = performance.getEntriesByName('started')[0]?.startTime ?? 0;
      const requests = performance.getEntriesByType('resource') as PerformanceResourceTiming[];
      return requests.filter(({ startTime }) => startTime < at).map(({ name }) => new URL(name).pathname);
    });
    // What the frame around a task shows is asked for as soon as the task is there.
    const frame = path().startsWith('/tasks/') ? ['/api/board', '/api/rows/attention', '/api/rows/repository'] : [];
    expect(asked.filter((at) => at.startsWith('/api/') && !frame.includes(at))).toEqual([]);
    visitor.expectClean();
  });

  it('a button pressed before the code is there does what it says as soon as it can', async () => {
    const { page } = visitor;
    const code = Promise.withResolvers<void>();
    await page.route('**/*.js', async (route) => {
      await code.promise;
      await route.continue();
    });
    await page.goto(`/tasks/${taskId}/changes`, { waitUntil: 'commit' });
    const split = page.getByRole('button', { name: 'Split' });
    await split.click();
    expect(await split.getAttribute('aria-pressed')).toBe('false');
    code.resolve();
    await started(page);
    expect(await split.getAttribute('aria-pressed')).toBe('true');
    await page.unroute('**/*.js');
    visitor.expectClean();
  });

  it('nobody’s page holds anything of another person’s, however many are made at once', async () => {
    const [, viewer] = await Promise.all([null, openVisitor(browser, server.url)]);
    const request = visitor.page.context().request;
    const { url } = (await (
      await request.post('/api/invites', { data: { role: 'viewer' }, headers: { origin: server.url } })
    ).json()) as { url: string };
    const grace = { name: 'Grace', email: 'grace@example.org', password: 'correct horse battery' };
    const token = new URL(url).searchParams.get('token') ?? '';
    const accepted = await viewer.page.context().request.post('/api/invites/accept', {
      data: { token, ...grace },
      headers: { origin: server.url },
    });
    expect(accepted.ok()).toBe(true);
    const paths = ['/', `/tasks/${taskId}`, '/settings', '/attention'];
    const pages = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const [who, asker] = index % 2 === 0 ? ([OWNER, visitor] as const) : ([grace, viewer] as const);
        const answer = await asker.page.context().request.get(paths[(index % 7) % paths.length] ?? '/');
        return { who, status: answer.status(), html: await answer.text() };
      }),
    );
    for (const { who, status, html } of pages) {
      expect(status).toBe(200);
      const session = JSON.parse((/data-url="\/api\/session">(.*?)<\/script>/s.exec(html)?.[1] ?? '{}') as string) as {
        body: string;
      };
      expect(JSON.parse(session.body)).toMatchObject({ person: { name: who.name } });
      // Only who may change something gets what changes it.
      const canAct = /id="composer"|>Approve( and merge)?</.test(html);
      expect(canAct && who === grace).toBe(false);
    }
    await viewer.close();
  });

  it('says how long ago something was when the page was asked for, not when the server started', async () => {
    const html = async () => (await visitor.page.context().request.get(`/tasks/${taskId}`)).text();
    await html();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const before = Date.now();
    const times = [...(await html()).matchAll(/<time[^>]*datetime="([^"]+)"[^>]*>(\d+) (s|min) ago</g)];
    const after = Date.now();
    expect(times.length).toBeGreaterThan(0);
    for (const [said, at = '', count = '', unit] of times) {
      const since = (now: number) => Math.floor((now - Date.parse(at)) / (unit === 's' ? 1_000 : 60_000));
      expect([Number(count) >= since(before), Number(count) <= since(after)], said).toEqual([true, true]);
    }
  });

  it('a visitor nobody knows is led to the sign-in page by the first answer', async () => {
    const answer = await fetch(`${server.url}/tasks/${taskId}?a=b`, { redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([307, `/login?next=%2Ftasks%2F${taskId}%3Fa%3Db`]);
    expect(await answer.text()).not.toContain('Greet visitors');
  });

  it('the board’s filter keeps the focus while somebody types', async () => {
    const { page } = visitor;
    await page.goto('/');
    await started(page);
    await page.getByRole('searchbox', { name: 'Filter tasks' }).click();
    await page.keyboard.type('greet', { delay: 50 });
    await page.waitForURL('**/?q=greet');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search');
    expect(await page.locator('[data-card]').count()).toBe(1);
  });
});

/** Until the browser has taken the page over. */
async function started(page: Page): Promise<void> {
  await page.locator('html[data-started]').waitFor({ state: 'attached' });
}

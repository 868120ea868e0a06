import { describeWith } from '@claude-codex/testing';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { chromiumEngine, launchChromium, openVisitor, type Visitor } from '../src/browser.ts';
import { settle, signInAll } from '../src/browser-looks.ts';
import { type HealthStage, startHealthStage } from '../src/health-stage.ts';

/** A status counts after two probes, 15 s apart, and the machine may be slow. */
const PATIENCE = { timeout: 120_000 };

describeWith(chromiumEngine, 'the health page', () => {
  let browser: Browser;
  let stage: HealthStage;
  let visitor: Visitor;
  beforeAll(async () => {
    [browser, stage] = await Promise.all([launchChromium(), startHealthStage({ events: 20_000 })]);
    visitor = await openVisitor(browser, stage.server.url);
    await signInAll([visitor], stage.server.url);
  });
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await visitor.keepEvidence(task.name);
  });
  afterAll(async () => {
    await browser?.close();
    await stage?.stop();
  });

  const row = (name: string) =>
    visitor.page.getByRole('listitem').filter({ has: visitor.page.getByRole('heading', { name, exact: true }) });

  it('says that everything works, with each part and the newest event', async () => {
    const { page } = visitor;
    await settle(visitor, '/');
    await page.getByRole('link', { name: 'Health' }).click();
    await page.getByText('Everything works').waitFor(PATIENCE);
    for (const part of ['Postgres', 'Agent runtime', 'Model provider', 'GitHub sync', 'Event store'])
      await page.getByRole('region', { name: 'Parts' }).getByText(part, { exact: true }).waitFor();
    for (const reader of ['Tasks', 'Workspace', 'Task flow', 'Merges'])
      await row(reader).getByText('Up to date').waitFor(PATIENCE);
    visitor.expectClean();
  });

  it('an owner rebuilds a read model after a question, and watches it', async () => {
    const { page } = visitor;
    await row('Tasks').getByRole('button', { name: 'Rebuild Tasks' }).click();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Rebuild Tasks' }).waitFor();
    await page.keyboard.press('Enter');
    await page.locator('button:focus', { hasText: 'Start rebuild' }).press('Enter');
    await page.getByText('Tasks was made anew and is in use.').waitFor(PATIENCE);

    const goOn = await stage.rebuildUpTo('workspace', 0.3);
    const bar = row('Workspace').getByRole('progressbar');
    await bar.waitFor(PATIENCE);
    await row('Workspace')
      .getByText(/^Rebuilding [3-9]\d%$/)
      .waitFor(PATIENCE);
    expect(Number(await bar.getAttribute('aria-valuenow'))).toBeGreaterThanOrEqual(30);
    await row('Workspace').getByText('Up to date').waitFor();
    await goOn();
    await bar.waitFor({ state: 'detached', ...PATIENCE });
    visitor.expectClean();
  });

  it('a read model that stands says why, and goes on when it is resumed', async () => {
    const { page } = visitor;
    await stage.breakWorkspace();
    await page.getByText('One thing does not work').waitFor(PATIENCE);
    await row('Workspace').getByText('value too long for column').waitFor();
    await stage.repairWorkspace();
    await row('Workspace').getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Everything works').waitFor(PATIENCE);
    visitor.expectClean();
  });

  it('a viewer sees it all and can change nothing', async () => {
    const { server } = stage;
    const invited = await visitor.page
      .context()
      .request.post('/api/invites', { data: { role: 'viewer' }, headers: { origin: server.url } });
    const { url } = (await invited.json()) as { url: string };
    const viewer = await openVisitor(browser, server.url);
    const answer = await viewer.page.context().request.post('/api/invites/accept', {
      data: {
        token: new URL(url).searchParams.get('token'),
        name: 'Vera',
        email: 'vera@example.org',
        password: 'correct horse battery',
      },
      headers: { origin: server.url },
    });
    expect(answer.status()).toBe(201);
    await settle(viewer, '/health');
    await viewer.page.getByText('Everything works').waitFor(PATIENCE);
    expect(await viewer.page.getByRole('button', { name: /Rebuild|Resume/ }).count()).toBe(0);
    viewer.expectClean();
    await viewer.close();
  });

  it('tells when the server is gone, and what was known', async () => {
    const { page } = visitor;
    await stage.server.kill();
    await page.getByText('The server does not answer').waitFor(PATIENCE);
    await page.getByText(/^What follows was true at/).waitFor();
    await stage.server.restart();
    await page.getByText('Everything works').waitFor(PATIENCE);
    visitor.forgive();
  });
});

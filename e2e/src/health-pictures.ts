import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openLooks, settle, signInAll } from './browser-looks.ts';
import { startHealthStage } from './health-stage.ts';

const PATIENCE = { timeout: 60_000 };

/** The health page when all is well, during a rebuild, and with a read model that stands still, in every look. */
export async function takeHealthPictures(browser: Browser, folder: string): Promise<void> {
  const stage = await startHealthStage({ events: 60_000 });
  try {
    const { server } = stage;
    const visitors = (await openLooks(browser, server.url)).filter(({ look }) => look !== 'phone-dark');
    await signInAll(visitors, server.url);
    const see = (text: string | RegExp) =>
      Promise.all(visitors.map(({ page }) => page.getByText(text).first().waitFor(PATIENCE)));
    async function take(name: string, from = '#content') {
      for (const { page, look } of visitors) {
        await page.locator(from).scrollIntoViewIfNeeded();
        await page.screenshot({ path: join(folder, `${name}-${look}.png`), animations: 'disabled' });
      }
    }

    await Promise.all(visitors.map((visitor) => settle(visitor, '/health')));
    // Reading so long a log for the first time, it is behind for a while.
    await see('Everything works');
    // Seen twice at different places, so that the page can say how long it takes.
    const goOn = await stage.rebuildUpTo('workspace', 0.15);
    await see(/^Rebuilding \d+%$/);
    await goOn();
    const finish = await stage.rebuildUpTo('workspace', 0.45);
    await see(/^Rebuilding [4-9]\d%$/);
    await take('page-health-rebuild', '[role=progressbar]');
    await finish();

    // A table that is about to be replaced would take what breaks it along.
    for (const { page } of visitors) await page.getByRole('progressbar').waitFor({ state: 'detached', ...PATIENCE });
    await see('Everything works');
    await stage.breakWorkspace();
    await see('One thing does not work');
    await take('page-health-stopped', '#read-models');
    await stage.repairWorkspace();
    await stage.owner.api.post('/api/read-models/workspace/resume', {});
    await Promise.all(visitors.map((visitor) => settle(visitor, '/health')));
    await see('Everything works');
    await take('page-health', 'h1');
    for (const visitor of visitors) await visitor.close();
  } finally {
    await stage.stop();
  }
}

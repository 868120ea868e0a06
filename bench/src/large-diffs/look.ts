import type { Browser, Page } from 'playwright-core';

export interface Look {
  /** From the start of the navigation until lines of the diff are painted, and until every button works. */
  readonly firstLinesMs: number;
  readonly usableMs: number;
  readonly elements: number;
  readonly heapMb: number;
  /** While the wheel turned for some seconds, the whole height through. */
  readonly scrolledPx: number;
  readonly worstFrameMs: number;
  readonly framesOver50: number;
  /** After it: what is there is bounded by what is in sight. */
  readonly elementsAfter: number;
  readonly heapAfterMb: number;
}

const WHEEL = { steps: 60, px: 1_200, pauseMs: 50 };

/** Opens the changes of a task in a profile of its own and scrolls through them. */
export async function lookAt(
  browser: Browser,
  { url, cookie, taskId }: { url: string; cookie: string; taskId: string },
): Promise<Look> {
  const context = await browser.newContext({ baseURL: url, viewport: { width: 1440, height: 900 } });
  try {
    await context.addCookies(
      cookie.split('; ').map((pair) => {
        const at = pair.indexOf('=');
        return { name: pair.slice(0, at), value: pair.slice(at + 1), url };
      }),
    );
    const page = await context.newPage();
    const from = performance.now();
    await page.goto(`/tasks/${taskId}/changes`, { waitUntil: 'commit' });
    await page.locator('[data-file] table').first().waitFor();
    const firstLinesMs = performance.now() - from;
    await page.locator('html[data-started]').waitFor({ state: 'attached' });
    const usableMs = performance.now() - from;
    await page.waitForTimeout(1_500);
    const before = await sizeOf(page);
    await page.evaluate(watchFrames);
    await page.mouse.move(800, 500);
    for (let step = 0; step < WHEEL.steps; step += 1) {
      await page.mouse.wheel(0, WHEEL.px);
      await page.waitForTimeout(WHEEL.pauseMs);
    }
    const frames = await page.evaluate(() => (window as unknown as { frames: number[] }).frames.slice(1));
    const scroller = page.getByRole('region', { name: 'Diff' });
    const scrolledPx = await scroller.evaluate((element) => element.scrollTop);
    // To the end and back, as somebody who drags the bar.
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.waitForTimeout(1_000);
    await page.locator('[data-file]').last().waitFor();
    const after = await sizeOf(page);
    return {
      firstLinesMs,
      usableMs,
      ...before,
      scrolledPx,
      worstFrameMs: Math.max(...frames),
      framesOver50: frames.filter((frame) => frame > 50).length,
      elementsAfter: after.elements,
      heapAfterMb: after.heapMb,
    };
  } finally {
    await context.close();
  }
}

/** Runs in the page: notes how long each frame took. */
function watchFrames(): void {
  const seen = window as unknown as { frames: number[] };
  seen.frames = [];
  let last = performance.now();
  const frame = (now: number) => {
    seen.frames.push(now - last);
    last = now;
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

async function sizeOf(page: Page): Promise<{ elements: number; heapMb: number }> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('HeapProfiler.collectGarbage');
  const { usedSize } = await cdp.send('Runtime.getHeapUsage');
  await cdp.detach();
  const elements = await page.evaluate(() => document.querySelectorAll('*').length);
  return { elements, heapMb: usedSize / 1024 ** 2 };
}

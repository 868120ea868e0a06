import type { Browser, BrowserContextOptions } from 'playwright-core';

export interface PageLoad {
  /** Bytes as they came over the wire, by kind. */
  readonly jsKb: number;
  readonly cssKb: number;
  readonly fontKb: number;
  readonly requests: number;
  /** From the start of the navigation until the first telling part of the page is there. */
  readonly contentMs: number;
  /** From the same start until the browser has taken the page over: what is pressed earlier waits until then. */
  readonly usableMs: number;
  readonly shift: number;
}

export interface Line {
  readonly latencyMs: number;
  readonly megabitPerSecond: number;
}

/** Until a new window of the browser has nothing left to do for itself. */
const WINDOW_MS = 2_000;
const PATIENCE_MS = 15_000;
/** What the page calls when its content is there. */
const TELL = 'contentIsThere';

type State = Exclude<BrowserContextOptions['storageState'], undefined>;

/** One load of a page in a profile that has seen nothing before, over a line as slow as wished (null: as it is). */
export async function loadPage(
  browser: Browser,
  { url, content, session, line }: { url: string; content: string; session: State; line: Line | null },
): Promise<PageLoad> {
  const context = await browser.newContext({ storageState: session, viewport: { width: 1440, height: 900 } });
  try {
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send('Network.enable');
    if (line !== null) {
      const bytesPerSecond = (line.megabitPerSecond * 1_000_000) / 8;
      await cdp.send('Network.emulateNetworkConditions', {
        offline: false,
        latency: line.latencyMs,
        downloadThroughput: bytesPerSecond,
        uploadThroughput: bytesPerSecond,
      });
    }
    const kinds = new Map<string, string>();
    const bytes = new Map<string, number>();
    const open = new Map<string, string>();
    cdp.on('Network.requestWillBeSent', ({ requestId, type, request }) => {
      kinds.set(requestId, type ?? 'Other');
      open.set(requestId, request.url);
    });
    cdp.on('Network.loadingFailed', ({ requestId, errorText }) => {
      open.set(requestId, `${open.get(requestId)} (${errorText})`);
    });
    cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      open.delete(requestId);
      const kind = kinds.get(requestId) ?? 'Other';
      bytes.set(kind, (bytes.get(kind) ?? 0) + encodedDataLength);
    });
    // Told by the page, not asked of it: to ask, Playwright first puts a script of some hundred KB into it.
    const there = Promise.withResolvers<void>();
    await cdp.send('Runtime.enable');
    await cdp.send('Runtime.addBinding', { name: TELL });
    cdp.on('Runtime.bindingCalled', ({ name }) => void (name === TELL && there.resolve()));
    await page.addInitScript(watch, { content, tell: TELL });
    // A new window's own interface is a page of some 350 modules: it would load beside ours, as it never does for somebody
    // who opens one more page.
    await page.waitForTimeout(WINDOW_MS);
    await page.goto(url, { waitUntil: 'commit' });
    const late = setTimeout(
      () => there.reject(new Error(`no content at ${url}; unanswered: ${[...open.values()].join(' ')}`)),
      PATIENCE_MS,
    );
    await there.promise.finally(() => clearTimeout(late));
    const requests = [...kinds.values()].filter((kind) => kind !== 'EventSource').length;
    // What shifts, shifts in the second after the content came.
    await page.waitForTimeout(1_000);
    const seen = await page.evaluate(() => {
      const { contentAt, shift } = window as unknown as { contentAt: number; shift: number };
      return { contentAt, shift, startedAt: performance.getEntriesByName('started')[0]?.startTime ?? Number.NaN };
    });
    const kb = (kind: string) => (bytes.get(kind) ?? 0) / 1024;
    return {
      jsKb: kb('Script'),
      cssKb: kb('Stylesheet'),
      fontKb: kb('Font'),
      requests,
      contentMs: seen.contentAt,
      usableMs: seen.startedAt,
      shift: seen.shift,
    };
  } finally {
    await context.close();
  }
}

/** Runs in the page before anything else: notes when the content is painted and how much moved. */
function watch({ content, tell }: { content: string; tell: string }): void {
  const seen = window as unknown as { contentAt?: number; shift: number };
  seen.shift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += (entry as unknown as { value: number }).value;
  }).observe({ type: 'layout-shift', buffered: true });
  // Seen as it is put into the page, counted once the frame that shows it was made: looking again every frame, it would be
  // found a frame late.
  const observer = new MutationObserver(() => {
    if (document.querySelector(content) === null) return;
    observer.disconnect();
    requestAnimationFrame(() =>
      setTimeout(() => {
        seen.contentAt = performance.now();
        (window as unknown as Record<string, (text: string) => void>)[tell]?.('');
      }),
    );
  });
  observer.observe(document, { childList: true, subtree: true });
}

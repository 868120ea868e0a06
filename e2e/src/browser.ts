import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Engine } from '@claude-codex/testing';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const EVIDENCE = resolve(import.meta.dirname, '..', 'test-results');
const CHROMIUM = '/usr/bin/chromium';
export const PHONE = { width: 390, height: 844 };
export const DESK = { width: 1440, height: 900 };

export const chromiumEngine: Engine = {
  name: 'Chromium',
  missing: existsSync(CHROMIUM) ? null : `there is no ${CHROMIUM}; apt-get install chromium`,
};

/** One Chromium with a profile of its own, made for this launch and removed with it. */
export function launchChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** Someone with a browser of their own: cookies and storage are shared with nobody. */
export interface Visitor {
  readonly page: Page;
  /** What the person did so far, one line per action: a link opened, a form filled and sent, a button pressed. */
  readonly actions: string[];
  act(what: string, how: () => Promise<unknown>): Promise<void>;
  /** Console errors and warnings, page errors, failed requests, and requests to other hosts since the last look. */
  complaints(): string[];
  /** Forgets what was complained about, for when the server was taken away on purpose. */
  forgive(): void;
  expectClean(): void;
  /** For a test that failed: a picture and the complaints, in `test-results/`. */
  keepEvidence(name: string): Promise<void>;
  close(): Promise<void>;
}

export async function openVisitor(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = {},
): Promise<Visitor> {
  const context = await browser.newContext({ baseURL: url, viewport: DESK, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const host = new URL(url).host;
  const actions: string[] = [];
  let complaints: string[] = [];
  function complain(what: string): void {
    // Another network appeared on the machine, a container's for one: nothing the server or the page did.
    if (what.includes('net::ERR_NETWORK_CHANGED')) return;
    complaints.push(`${new URL(page.url(), url).pathname}: ${what}`);
  }

  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning')
      complain(`console ${message.type()}: ${message.text()} (${message.location().url})`);
  });
  page.on('pageerror', (error) => complain(`page error: ${error.stack ?? error.message}`));
  page.on('requestfailed', (request) => {
    const reason = request.failure()?.errorText ?? 'unknown';
    // A page that is left cancels what it still waits for.
    if (reason !== 'net::ERR_ABORTED') complain(`request failed: ${request.method()} ${request.url()}: ${reason}`);
  });
  context.on('request', (request) => {
    const target = new URL(request.url());
    if (/^(https?|wss?):$/.test(target.protocol) && target.host !== host)
      complain(`request to another host: ${request.url()}`);
  });

  return {
    page,
    actions,
    async act(what, how) {
      await how();
      actions.push(what);
    },
    complaints: () => complaints,
    forgive: () => {
      complaints = [];
    },
    expectClean: () => expect(complaints).toEqual([]),
    async keepEvidence(name) {
      await mkdir(EVIDENCE, { recursive: true });
      const path = join(EVIDENCE, `${name.replaceAll(/[^a-z0-9]+/gi, '-').slice(0, 80)}`);
      await page.screenshot({ path: `${path}.png` });
      await writeFile(`${path}.txt`, [page.url(), ...actions, ...complaints].join('\n'));
    },
    close: () => context.close(),
  };
}

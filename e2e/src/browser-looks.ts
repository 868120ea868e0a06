import type { Browser, BrowserContextOptions } from 'playwright-core';
import { DESK, openVisitor, PHONE, type Visitor } from './browser.ts';
import { OWNER } from './person.ts';

const LOOKS = {
  light: { colorScheme: 'light', viewport: DESK },
  dark: { colorScheme: 'dark', viewport: DESK },
  phone: { colorScheme: 'light', viewport: PHONE, hasTouch: true },
  'phone-dark': { colorScheme: 'dark', viewport: PHONE, hasTouch: true },
} as const satisfies Record<string, BrowserContextOptions>;
export type Look = keyof typeof LOOKS;
export const ALL_LOOKS = Object.keys(LOOKS) as Look[];

export interface LookingVisitor extends Visitor {
  readonly look: Look;
}

/** The same person with each of the looks that every page must be good in. */
export async function openLooks(browser: Browser, url: string): Promise<LookingVisitor[]> {
  const visitors: LookingVisitor[] = [];
  for (const look of ALL_LOOKS) visitors.push({ ...(await openVisitor(browser, url, LOOKS[look])), look });
  return visitors;
}

/** Gives each visitor the session that the owner's log-in makes. */
export async function signInAll(visitors: readonly Visitor[], url: string): Promise<void> {
  for (const { page } of visitors) {
    const answer = await page.context().request.post('/api/login', {
      data: { email: OWNER.email, password: OWNER.password },
      headers: { origin: url },
    });
    if (!answer.ok()) throw new Error(`log-in answered ${answer.status()}: ${await answer.text()}`);
  }
}

/** Opens an address and waits until it shows what it has: no skeleton, nothing loading, no motion left. */
export async function settle({ page }: Visitor, path: string): Promise<void> {
  await page.goto(path);
  await page.locator('h1').first().waitFor();
  await page.waitForFunction(
    () =>
      document.querySelector('[aria-label="Loading"], [aria-busy="true"]') === null &&
      document.documentElement.dataset.started !== undefined &&
      !/Loading…|Connecting/.test(document.body.innerText) &&
      document.getAnimations().every((animation) => animation.effect?.getComputedTiming().iterations === Infinity),
  );
}

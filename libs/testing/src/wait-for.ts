import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 10 s. */
  timeoutMs?: number;
  /**
   * Default: 20 ms at first and, the longer it takes, the rarer, up to 250 ms. A probe that reads a whole log would
   * otherwise take the machine from what it waits for.
   */
  everyMs?: number;
}

/**
 * Asks until the answer is truthy and gives it. An error of `probe` counts as "not yet"; when the time is over, the
 * failure says what was waited for and carries the last error as its cause.
 */
export async function waitFor<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  { timeoutMs = 10_000, everyMs }: WaitOptions = {},
): Promise<Exclude<Value, null | undefined | false | 0 | ''>> {
  const from = performance.now();
  let cause: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value as Exclude<Value, null | undefined | false | 0 | ''>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    const waited = performance.now() - from;
    if (waited > timeoutMs) throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause });
    await delay(everyMs ?? Math.min(250, Math.max(20, waited / 10)));
  }
}

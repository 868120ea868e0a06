import { setTimeout as delay } from 'node:timers/promises';

export interface WaitOptions {
  /** Default 10 s. */
  timeoutMs?: number;
  /** Default 20 ms. */
  everyMs?: number;
}

/**
 * Asks until the answer is truthy and gives it. An error of `probe` counts as "not yet"; when the time is over, the
 * failure says what was waited for and carries the last error as its cause.
 */
export async function waitFor<Value>(
  what: string,
  probe: () => Value | Promise<Value>,
  { timeoutMs = 10_000, everyMs = 20 }: WaitOptions = {},
): Promise<Exclude<Value, null | undefined | false | 0 | ''>> {
  const until = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await probe();
      if (value) return value as Exclude<Value, null | undefined | false | 0 | ''>;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > until) throw new Error(`waited ${timeoutMs} ms for ${what}`, { cause });
    await delay(everyMs);
  }
}

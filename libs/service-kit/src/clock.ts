import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@claude-codex/eventing';

export type { Clock } from '@claude-codex/eventing';

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => Date.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch (error) {
      if (signal?.aborted !== true) throw error;
    }
  },
};

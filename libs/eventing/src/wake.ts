import type { Clock } from './clock.ts';

/** A doorbell that remembers one ring: a ring while nobody waits ends the next wait at once. */
export interface Wake {
  ring(): void;
  /** What was rung for until now has been seen to. */
  forget(): void;
  /** Ends at the next ring, after `ms`, or when aborted. */
  wait(ms: number, signal: AbortSignal): Promise<void>;
}

export function createWake(clock: Pick<Clock, 'sleep'>): Wake {
  let rung = false;
  let current: AbortController | null = null;
  return {
    ring() {
      rung = true;
      current?.abort();
    },
    forget() {
      rung = false;
    },
    async wait(ms, signal) {
      if (!rung && !signal.aborted) {
        current = new AbortController();
        await clock.sleep(ms, AbortSignal.any([signal, current.signal]));
        current = null;
      }
      rung = false;
    },
  };
}

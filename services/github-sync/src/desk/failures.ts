import type { Clock } from '@claude-codex/eventing';
import { ForgeAway } from '@claude-codex/forges/remote-forge';

/** From failure to failure, then the last of them. */
const AGAIN_MS = [1_000, 3_000, 10_000, 30_000, 60_000];
/** A limit that is said to end now ends a moment later. */
const GRACE_MS = 1_000;

export interface Failure {
  /** How often in a row. */
  readonly failed: number;
  /** When it is tried again, in ms since 1970. */
  readonly retryAt: number;
}

/** What goes wrong again and again, by its id: one way of waiting for everything that is asked of a forge. */
export interface Failures {
  /** It failed once more: the next try is longer away each time, and not before the time that the forge named. */
  add(id: string, error: unknown): Failure;
  forget(id: string): void;
}

export function createFailures(clock: Pick<Clock, 'now'>): Failures {
  const counts = new Map<string, number>();
  return {
    add(id, error) {
      const failed = (counts.get(id) ?? 0) + 1;
      counts.set(id, failed);
      const wait = AGAIN_MS[Math.min(failed, AGAIN_MS.length) - 1] ?? 0;
      const named = error instanceof ForgeAway && error.retryAt !== null ? error.retryAt + GRACE_MS : 0;
      return { failed, retryAt: Math.max(clock.now() + wait, named) };
    },
    forget: (id) => void counts.delete(id),
  };
}

import type { Journal } from './journal/journal.ts';

const INTERVAL_MS = 5_000;

/** Says every 5 s that the supervisor lives, and whether a turn runs. */
export function startHeartbeat(journal: Journal, busy: () => boolean): { stop(): void } {
  const timer = setInterval(() => journal.write({ type: 'heartbeat', busy: busy() }), INTERVAL_MS);
  return { stop: () => clearInterval(timer) };
}

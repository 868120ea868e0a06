import type { StreamWatch } from './stream-watch.ts';

/** Every now and then a waiting tool looks by itself, whatever it was told or not told. */
const LOOK_ANYWAY_MS = 5_000;

export interface Waiting {
  watch: StreamWatch;
  streams: readonly string[];
  /** Ends the wait; then the result is null. */
  signal: AbortSignal;
  timeoutMs: number;
}

/** Looks until there is a result, looking again whenever one of the streams grew; null when the time is over. */
export async function waitForResult<Result>(
  { watch, streams, signal, timeoutMs }: Waiting,
  look: () => Promise<Result | null>,
): Promise<Result | null> {
  const until = performance.now() + timeoutMs;
  const watching = await watch.watch(streams);
  try {
    for (;;) {
      const result = await look();
      const left = until - performance.now();
      if (result !== null || left <= 0 || signal.aborted) return result;
      await watching.next(Math.min(left, LOOK_ANYWAY_MS), signal);
    }
  } finally {
    watching.end();
  }
}

const TICK_MS = 1_000;
/** A longer pause between ticks means that this process was frozen with its container; nobody could have been heard. */
const FROZEN_MS = 5_000;

export interface OrphanWatch {
  heard(): void;
  stop(): void;
}

/** Calls `orphaned` when nothing was heard for `timeoutMs` of time in which this process was running. */
export function watchForOrphan(timeoutMs: number | null, orphaned: () => void): OrphanWatch {
  let lastHeard = performance.now();
  let lastTick = lastHeard;
  const timer = setInterval(() => {
    const now = performance.now();
    if (now - lastTick > FROZEN_MS) lastHeard = now;
    lastTick = now;
    if (timeoutMs !== null && now - lastHeard > timeoutMs) {
      clearInterval(timer);
      orphaned();
    }
  }, TICK_MS);
  return {
    heard() {
      lastHeard = performance.now();
    },
    stop: () => clearInterval(timer),
  };
}

/** A bucket of calls per instance: full at first, refilled evenly. Keeps a runaway loop from flooding the log. */
export interface RateLimit {
  /** 0 when so many calls may go on, otherwise the seconds after which they may. More than a burst wait for a full bucket. */
  take(instanceId: string, calls: number, now?: number): number;
}

interface Bucket {
  left: number;
  at: number;
}

const REMEMBERED = 10_000;

export function createRateLimit({ burst, perSecond }: { burst: number; perSecond: number }): RateLimit {
  const buckets = new Map<string, Bucket>();
  return {
    take(instanceId, calls, now = performance.now()) {
      const { left, at } = buckets.get(instanceId) ?? { left: burst, at: now };
      const filled = Math.min(burst, left + ((now - at) / 1000) * perSecond);
      const needed = Math.min(calls, burst);
      const allowed = filled >= needed;
      buckets.delete(instanceId);
      buckets.set(instanceId, { left: allowed ? filled - calls : filled, at: now });
      const oldest = buckets.keys().next().value;
      if (buckets.size > REMEMBERED && oldest !== undefined) buckets.delete(oldest);
      return allowed ? 0 : Math.ceil((needed - filled) / perSecond);
    },
  };
}

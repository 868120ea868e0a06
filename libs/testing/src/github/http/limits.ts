import type { Limit } from '../world.ts';

const HOUR_MS = 3_600_000;

export function freshLimit(limit: number): Limit {
  return { limit, used: 0, resetAt: Date.now() + HOUR_MS };
}

/** Counts one request. @returns false when there is none left until the reset. */
export function spend(rate: Limit): boolean {
  renew(rate);
  if (rate.used >= rate.limit) return false;
  rate.used += 1;
  return true;
}

/** A request that was answered with 304 does not count. */
export function giveBack(rate: Limit): void {
  rate.used = Math.max(0, rate.used - 1);
}

/** As `GET /rate_limit` tells it; the reset in seconds since 1970. */
export function overview(rate: Limit) {
  renew(rate);
  const { limit, used, resetAt } = rate;
  return { limit, used, remaining: limit - used, reset: Math.ceil(resetAt / 1000) };
}

export function limitHeaders(rate: Limit, resource: 'core' | 'graphql'): Record<string, string> {
  const { limit, used, remaining, reset } = overview(rate);
  return {
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-used': String(used),
    'x-ratelimit-remaining': String(remaining),
    'x-ratelimit-reset': String(reset),
    'x-ratelimit-resource': resource,
  };
}

function renew(rate: Limit): void {
  if (Date.now() < rate.resetAt) return;
  rate.used = 0;
  rate.resetAt = Date.now() + HOUR_MS;
}

import type { Clock } from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';

/** Slows down guessing. Counts wrong logins only, per account and per address, so that neither hides behind the other. */
export interface LoginLimit {
  /** Throws TOO_MANY_REQUESTS with Retry-After. Call before the password is looked at. */
  check(account: string, address: string): void;
  failed(account: string, address: string): void;
  succeeded(account: string): void;
}

const WINDOW_MS = 60_000;
const PER_ACCOUNT = 10;
/** An office shares one address, so it may be wrong more often than one account. */
const PER_ADDRESS = 20;
const MAX_KEYS = 50_000;

export function createLoginLimit(clock: Pick<Clock, 'now'>): LoginLimit {
  const failures = new Map<string, { count: number; since: number }>();

  function recent(key: string): { count: number; since: number } | undefined {
    const entry = failures.get(key);
    if (entry !== undefined && clock.now() - entry.since < WINDOW_MS) return entry;
    failures.delete(key);
    return undefined;
  }

  function checkOne(key: string, max: number): void {
    const entry = recent(key);
    if (entry === undefined || entry.count < max) return;
    const seconds = Math.ceil((entry.since + WINDOW_MS - clock.now()) / 1000);
    throw new Problem('TOO_MANY_REQUESTS', {
      detail: `Too many wrong logins. Try again in ${seconds} seconds.`,
      headers: { 'retry-after': String(seconds) },
    });
  }

  function count(key: string): void {
    const entry = recent(key);
    if (entry !== undefined) {
      entry.count += 1;
      return;
    }
    const oldest = failures.size >= MAX_KEYS ? failures.keys().next().value : undefined;
    if (oldest !== undefined) failures.delete(oldest);
    failures.set(key, { count: 1, since: clock.now() });
  }

  return {
    check(account, address) {
      checkOne(`account ${account.toLowerCase()}`, PER_ACCOUNT);
      checkOne(`address ${address}`, PER_ADDRESS);
    },
    failed(account, address) {
      count(`account ${account.toLowerCase()}`);
      count(`address ${address}`);
    },
    succeeded: (account) => void failures.delete(`account ${account.toLowerCase()}`),
  };
}

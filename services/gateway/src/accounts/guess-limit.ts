import { isIPv6 } from 'node:net';
import type { Clock } from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';
import pLimit from 'p-limit';

/** One try at a secret: whose, from where, and whether that account was opened on this very device before. */
export interface Guess {
  /** Null when the secret itself says what it opens: an invite, a set-up link, an API token. */
  readonly account: string | null;
  readonly address: string;
  /** A device that proved this account before (known-device.ts): what strangers did does not count against it. */
  readonly device: string | null;
  /** Tokens are counted apart: a program with an old one must not keep people of its network from logging in. */
  readonly of?: 'token' | undefined;
}

/** Slows down guessing, wherever a secret is asked for: login, set-up, invites, tokens, password links. */
export interface GuessLimit {
  /**
   * Counts the try, and only then looks: however many come at once, the first few are verified and the rest are
   * refused. What turns out right, or was never judged, is taken back.
   * @throws Problem TOO_MANY_REQUESTS with Retry-After; otherwise what `verify` throws.
   */
  guess<Result>(guess: Guess, verify: () => Promise<Result>): Promise<Result>;
}

/** Tries before the first wait, per kind of key. An office shares one address, so it may be wrong more often. */
const FREE = { account: 5, device: 10, address: 20 } as const;
/** The first wait; each wrong try after it doubles it. */
const FIRST_WAIT_MS = 30_000;
const LONGEST_WAIT_MS = 15 * 60_000;
/** So long after the last wait a key is as good as new. */
const FORGET_MS = 60 * 60_000;
const MAX_KEYS = 50_000;
/** A password costs 19 MiB and 20 ms of a thread. Known devices have a lane of their own, so no crowd is before them. */
const LANES = { strangers: 2, known: 1 } as const;
/** Who would wait longer than about a second is sent away instead. */
const MAX_WAITING = 64;

/** Refusals that say: this was not the secret. Anything else says nothing about it. */
const WRONG = new Set<string>([
  'CREDENTIALS_WRONG',
  'SETUP_TOKEN_WRONG',
  'INVITE_INVALID',
  'TOKEN_INVALID',
  'RESET_INVALID',
]);

type Kind = keyof typeof FREE;
interface Key {
  kind: Kind;
  name: string;
}
interface Tries {
  count: number;
  /** Nothing is looked at before, ms since 1970. */
  until: number;
}

export function createGuessLimit(clock: Pick<Clock, 'now'>): GuessLimit {
  const tries = new Map<string, Tries>();
  const lanes = { strangers: pLimit(LANES.strangers), known: pLimit(LANES.known) };

  function recent({ name }: Key): Tries | undefined {
    const known = tries.get(name);
    if (known !== undefined && clock.now() - known.until < FORGET_MS) return known;
    tries.delete(name);
    return undefined;
  }

  function refuseIfWaiting(key: Key): void {
    const left = (recent(key)?.until ?? 0) - clock.now();
    if (left > 0) throw tooMany(Math.ceil(left / 1000));
  }

  function count(key: Key): void {
    const known = recent(key);
    const now = (known?.count ?? 0) + 1;
    const doubled = FIRST_WAIT_MS * 2 ** (now - FREE[key.kind]);
    const wait = now < FREE[key.kind] ? 0 : Math.min(doubled, LONGEST_WAIT_MS);
    // Insertion order is age: what falls out is the oldest.
    const oldest = known === undefined && tries.size >= MAX_KEYS ? tries.keys().next().value : undefined;
    if (oldest !== undefined) tries.delete(oldest);
    tries.set(key.name, { count: now, until: clock.now() + wait });
  }

  function takeBack(key: Key): void {
    const known = tries.get(key.name);
    if (known === undefined) return;
    if (known.count <= 1) tries.delete(key.name);
    else
      tries.set(key.name, { count: known.count - 1, until: known.count <= FREE[key.kind] ? clock.now() : known.until });
  }

  /** An address keeps the wrong tries beside a right one: somebody with one account could wipe them out by logging in. */
  function right(key: Key): void {
    if (key.kind === 'address') takeBack(key);
    else tries.delete(key.name);
  }

  return {
    async guess(guess, verify) {
      const keys = keysOf(guess);
      const lane = guess.device === null ? lanes.strangers : lanes.known;
      for (const key of keys) refuseIfWaiting(key);
      if (lane.pendingCount >= MAX_WAITING) throw tooMany(2);
      for (const key of keys) count(key);
      try {
        const result = await lane(verify);
        for (const key of keys) right(key);
        return result;
      } catch (error) {
        const wrong = error instanceof Problem && WRONG.has(error.code);
        if (!wrong) for (const key of keys) takeBack(key);
        throw error;
      }
    },
  };
}

function keysOf({ account, address, device, of }: Guess): Key[] {
  if (device !== null) return [{ kind: 'device', name: `device ${device}` }];
  const from: Key = { kind: 'address', name: `${of ?? 'address'} ${networkOf(address)}` };
  return account === null ? [from] : [from, { kind: 'account', name: `account ${account.toLowerCase()}` }];
}

/** One household has one IPv4 address or one IPv6 /64, and may choose freely within the latter. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = (plain.split('%', 1)[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups = [...before, ...Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}

function tooMany(seconds: number): Problem {
  return new Problem('TOO_MANY_REQUESTS', {
    detail: `Too many wrong tries. Try again in ${inWords(seconds)}. A browser that logged in here before can do so at once.`,
    headers: { 'retry-after': String(seconds) },
  });
}

function inWords(seconds: number): string {
  return seconds <= 120 ? `${seconds} seconds` : `${Math.ceil(seconds / 60)} minutes`;
}

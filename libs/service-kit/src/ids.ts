import { createHash, randomFillSync } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';
const TIME_CHARS = 10;
const RANDOM_BYTES = 10;
/** Randomness is fetched for many ids at once: a call of its own for each would be most of an id's cost. */
const pool = new Uint8Array(RANDOM_BYTES * 400);
let used = pool.length;
const LENGTH = 26;

/** A new identifier: 48 bits of time (so that ids sort by age) and 80 random bits, 26 lower-case characters. */
export function newId(now: number = Date.now()): string {
  let time = '';
  for (let rest = now; time.length < TIME_CHARS; rest = Math.floor(rest / 32)) time = charAt(rest % 32) + time;
  return time + base32(nextRandom());
}

/**
 * The identifier that these parts always give, for example of the work that one event leads to. Parts are kept apart
 * (`['a','bc']` differs from `['ab','c']`).
 */
export function idFrom(...parts: readonly (string | number)[]): string {
  const hash = createHash('sha256').update(JSON.stringify(parts)).digest();
  return base32(hash.subarray(0, 17)).slice(0, LENGTH);
}

function nextRandom(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += RANDOM_BYTES;
  return pool.subarray(used - RANDOM_BYTES, used);
}

function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += charAt((value >>> bits) & 31);
    }
    value &= (1 << bits) - 1;
  }
  return text;
}

function charAt(index: number): string {
  return ALPHABET.charAt(index);
}

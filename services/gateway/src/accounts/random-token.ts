import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

const BYTES = 32;

/** 256 random bits behind a prefix that secret scanners and people recognise. */
export function newToken(prefix: string): string {
  return `${prefix}${randomBytes(BYTES).toString('base64url')}`;
}

/** What is kept of it. A fast hash is enough for 256 random bits; nobody guesses them. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export function sameToken(a: string, b: string): boolean {
  return timingSafeEqual(hashToken(a), hashToken(b));
}

import { createHash } from 'node:crypto';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { COMMON_PASSWORDS } from './common-passwords.generated.ts';

/** How much of a password has to be something else than digits and marks around a common word. */
const MIN_LENGTH = 10;
const FEW_CHARACTERS = 4;
const common = new Set(prefixesIn(Buffer.from(COMMON_PASSWORDS, 'base64')));

/**
 * Refuses what whoever guesses tries first: what most people chose elsewhere, also with digits or marks around it, the
 * same few characters over and over, and the person's own name or address.
 * @throws Problem PASSWORD_COMMON
 */
export function refuseCommonPassword(password: string, about: { name: string; email: string }): void {
  const why = reasonAgainst(password.normalize('NFKC').toLowerCase(), about);
  if (why === null) return;
  const detail = `This password ${why}. Choose another one: four words that do not belong together are good.`;
  throw new Problem('PASSWORD_COMMON', {
    detail,
    errors: [{ field: 'body.password', code: 'PASSWORD_COMMON', expected: detail }],
  });
}

function reasonAgainst(password: string, { name, email }: { name: string; email: string }): string | null {
  const bare = password.replaceAll(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  if (isCommon(password) || (bare.length >= MIN_LENGTH && isCommon(bare))) return 'is among those tried first';
  if (new Set(password).size < FEW_CHARACTERS) return 'is the same few characters over and over';
  const own = [name, email, email.split('@', 1)[0] ?? ''].map((text) => text.trim().toLowerCase());
  return own.includes(password) || own.includes(bare) ? 'is your own name or address' : null;
}

function isCommon(text: string): boolean {
  return common.has(createHash('sha256').update(text).digest().readUInt32BE(0));
}

function prefixesIn(bytes: Buffer): number[] {
  return Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32BE(index * 4));
}

import { randomBytes } from 'node:crypto';
import { freshLimit } from '../http/limits.ts';
import { accountOf, type Permissions, type World } from '../world.ts';

export interface TokenOptions {
  readonly login: string;
  /** Whole names; all that the account sees. */
  readonly repositories?: readonly string[];
  /** By GitHub's names of permissions (`pull_requests: 'write'`); all, as a classic token. */
  readonly permissions?: Permissions;
  readonly expiresAt?: Date;
  /** Requests an hour. */
  readonly rateLimit?: number;
}

/** @returns a token of a person, as one would paste it into a form. */
export function addToken(world: World, options: TokenOptions): string {
  const value = `github_pat_${randomBytes(30).toString('hex')}`;
  world.tokens.set(value, {
    value,
    account: accountOf(world, options.login),
    installation: null,
    repositories: options.repositories === undefined ? 'all' : new Set(options.repositories),
    permissions: options.permissions ?? 'all',
    expiresAt: options.expiresAt ?? null,
    rate: freshLimit(options.rateLimit ?? world.rateLimit),
    points: freshLimit(options.rateLimit ?? world.rateLimit),
  });
  return value;
}

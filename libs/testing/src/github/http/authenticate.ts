import type { Actor } from '../access.ts';
import { Refusal } from '../refusal.ts';
import type { Token, World } from '../world.ts';
import { appOfJwt } from './app-jwt.ts';

/** Who asks, by `Authorization: Bearer …` or `token …`. @throws {Refusal} 401 for one that is wrong or over */
export function authenticate(world: World, header: string | undefined): Actor {
  if (header === undefined) return { kind: 'anonymous' };
  const value = /^(?:bearer|token)\s+(\S+)$/i.exec(header)?.[1];
  if (value === undefined) throw badCredentials();
  if (value.split('.').length === 3) return { kind: 'app', app: appOfJwt(world, value) };
  const token = validToken(world, value);
  if (token === null) throw badCredentials();
  return { kind: 'token', token };
}

/** Null for one that nobody was given or that is over. */
export function validToken(world: World, value: string): Token | null {
  const token = world.tokens.get(value);
  if (token === undefined || (token.expiresAt !== null && token.expiresAt.getTime() <= Date.now())) return null;
  return token.installation?.suspended == null ? token : null;
}

function badCredentials(): Refusal {
  return new Refusal(401, 'Bad credentials');
}

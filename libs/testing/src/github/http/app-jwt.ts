import { verify } from 'node:crypto';
import { z } from 'zod';
import { Refusal } from '../refusal.ts';
import type { App, World } from '../world.ts';

const Header = z.object({ alg: z.literal('RS256') });
const Claims = z.object({ iss: z.union([z.string(), z.number()]), iat: z.number(), exp: z.number() });

/** GitHub takes a clock that is a minute ahead, and tokens of ten minutes. */
const SKEW_S = 60;
const LONGEST_S = 600;

/** The app that signed a JSON web token, by its id or client id. @throws {Refusal} 401 with GitHub's words */
export function appOfJwt(world: World, jwt: string): App {
  const [head = '', body = '', signature = ''] = jwt.split('.');
  const header = Header.safeParse(decoded(head));
  const claims = Claims.safeParse(decoded(body));
  if (!header.success || !claims.success) throw undecodable();
  const { iss, iat, exp } = claims.data;
  const app = [...world.apps.values()].find(({ id, clientId }) => String(iss) === String(id) || iss === clientId);
  if (app === undefined) throw new Refusal(401, 'Integration not found');
  const data = Buffer.from(`${head}.${body}`);
  if (!verify('RSA-SHA256', data, app.publicKey, Buffer.from(signature, 'base64url'))) throw undecodable();
  const now = Date.now() / 1000;
  if (exp <= now)
    throw new Refusal(
      401,
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  if (exp - now > LONGEST_S + SKEW_S)
    throw new Refusal(401, "'Expiration time' claim ('exp') is too far in the future");
  if (iat > now + SKEW_S)
    throw new Refusal(
      401,
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  return app;
}

function decoded(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString());
  } catch (error) {
    if (error instanceof SyntaxError) throw undecodable();
    throw error;
  }
}

function undecodable(): Refusal {
  return new Refusal(401, 'A JSON web token could not be decoded');
}

import { createSign } from 'node:crypto';

/** What an app shows to be itself, as it is signed by its own key. Seconds from now. */
export function appJwt(
  issuer: number | string,
  pem: string,
  { issued = -60, expires = 540, alg = 'RS256' } = {},
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg, typ: 'JWT' })}.${part({ iss: issuer, iat: now + issued, exp: now + expires })}`;
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(pem, 'base64url')}`;
}

import { isIP } from 'node:net';
import { z } from 'zod';

const EXPECTED =
  'must list the addresses or networks of your reverse proxies, such as "127.0.0.1" or "10.1.0.0/16, ::1": with everybody trusted, anybody could write the address a request seems to come from';

/**
 * Whose `X-Forwarded-*` is believed. Addresses and networks, with a comma between them; `loopback` stands for this
 * machine. None when empty or `false`; `true` and networks that hold everybody are refused.
 */
export const TrustedProxies = z
  .string()
  .default('')
  .transform((text) => text.split(',').map((part) => part.trim()))
  .transform((parts) => parts.filter((part) => part !== '' && part !== 'false'))
  .refine((parts) => parts.every(isOfSomebody), EXPECTED);

function isOfSomebody(part: string): boolean {
  if (part === 'loopback') return true;
  const [address = '', bits, more] = part.split('/');
  const family = isIP(address);
  if (family === 0 || more !== undefined) return false;
  if (bits === undefined) return true;
  // Half of all addresses twice is everybody too: nobody's proxies fill an eighth of a continent.
  const [least, most] = family === 4 ? [8, 32] : [16, 128];
  return /^\d{1,3}$/.test(bits) && Number(bits) >= least && Number(bits) <= most;
}

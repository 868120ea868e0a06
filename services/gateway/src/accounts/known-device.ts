import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/**
 * A signed cookie that says: this account was opened in this browser before. It opens nothing. Whoever has it is counted
 * apart from strangers, so that a burst of wrong passwords by others locks no one out of their own account
 * (https://owasp.org/www-community/Slow_Down_Online_Guessing_Attacks_with_Device_Cookies).
 */
export interface KnownDevices {
  /** The device's id when these cookies prove this account; null for a stranger. */
  find(cookieHeader: string | undefined, account: string): string | null;
  /** The `set-cookie` value to send once the account is proved; a known device keeps its id. */
  remember(cookieHeader: string | undefined, account: string): string;
}

const MAX_AGE_SECONDS = 365 * 24 * 60 * 60;
const VALUE = /^([\w-]{22})\.([\w-]{43})$/;

/** `key`: 32 bytes that sign. */
export function createKnownDevices({ key, secure }: { key: Buffer; secure: boolean }): KnownDevices {
  const mac = (text: string) => createHmac('sha256', key).update(text).digest();
  const normal = (account: string) => account.trim().toLowerCase();
  /** One cookie per account, for people who share a browser; the name does not tell the address. */
  const nameOf = (account: string) => {
    const tag = mac(`name ${normal(account)}`)
      .toString('hex')
      .slice(0, 12);
    return `${secure ? '__Host-' : ''}codex_device_${tag}`;
  };
  const signatureOf = (account: string, id: string) => mac(`device ${normal(account)} ${id}`);

  function find(cookies: string | undefined, account: string): string | null {
    const value = cookieOf(cookies, nameOf(account));
    const [, id, signature] = VALUE.exec(value ?? '') ?? [];
    if (id === undefined || signature === undefined) return null;
    return timingSafeEqual(Buffer.from(signature, 'base64url'), signatureOf(account, id)) ? id : null;
  }

  return {
    find,
    remember(cookies, account) {
      const id = find(cookies, account) ?? randomBytes(16).toString('base64url');
      const value = `${id}.${signatureOf(account, id).toString('base64url')}`;
      const rest = `Max-Age=${MAX_AGE_SECONDS}; Path=/; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
      return `${nameOf(account)}=${value}; ${rest}`;
    },
  };
}

function cookieOf(cookies: string | undefined, name: string): string | undefined {
  const pair = cookies?.split(';').find((part) => part.trimStart().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}

import { Problem } from '@claude-codex/service-kit/http/problem';
import type { Pool } from 'pg';
import type { Auth } from './better-auth.ts';
import { refuseCommonPassword } from './common-passwords.ts';
import { hashPassword, verifyPassword } from './password.ts';

/** Changing a password; ending the sessions that were opened with the old one is the caller's. */
export interface Passwords {
  /** Throws CREDENTIALS_WRONG when this is not the person's password. */
  check(personId: string, password: string): Promise<void>;
  /** Throws PASSWORD_COMMON. */
  set(personId: string, password: string): Promise<void>;
}

export function createPasswords({ auth, pool }: { auth: Auth; pool: Pool }): Passwords {
  async function check(personId: string, password: string): Promise<void> {
    const { rows } = await pool.query<{ hash: string }>(
      `select password as hash from accounts.credential where person_id = $1 and provider_id = 'credential'`,
      [personId],
    );
    if (await verifyPassword({ hash: rows[0]?.hash ?? '', password })) return;
    const detail = 'This is not your present password.';
    throw new Problem('CREDENTIALS_WRONG', {
      detail,
      errors: [{ field: 'body.current', code: 'CREDENTIALS_WRONG', expected: detail }],
    });
  }

  async function set(personId: string, password: string): Promise<void> {
    const { rows } = await pool.query<{ name: string; email: string }>(
      'select name, email from accounts.person where id = $1',
      [personId],
    );
    const person = rows[0];
    if (person === undefined) throw new Problem('MEMBER_UNKNOWN', { detail: 'There is no such person any more.' });
    refuseCommonPassword(password, person);
    const { internalAdapter } = await auth.$context;
    await internalAdapter.updatePassword(personId, await hashPassword(password));
  }

  return { check, set };
}

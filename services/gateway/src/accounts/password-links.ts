import type { PasswordLink } from '@claude-codex/contracts';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { Pool } from 'pg';
import { hashToken, newToken } from './random-token.ts';

/** Links by which somebody who cannot log in chooses a new password: made by an owner, good once, for a day. */
export interface PasswordLinks {
  /** An earlier one of the same person is good no more. */
  create(personId: string, createdBy: string): Promise<PasswordLink>;
  /** Whose it is. Throws RESET_INVALID. */
  find(token: string): Promise<{ personId: string; name: string; email: string }>;
  /** Takes the link, so that nobody else can. Throws RESET_INVALID. */
  take(token: string): Promise<void>;
}

const HOURS = 24;

export function createPasswordLinks({ pool, publicUrl }: { pool: Pool; publicUrl: URL }): PasswordLinks {
  return {
    async create(personId, createdBy) {
      const token = newToken('');
      const { rows } = await pool.query<{ expiresAt: Date }>(
        `insert into accounts.password_link (person_id, token_hash, created_by, expires_at)
         values ($1, $2, $3, now() + make_interval(hours => ${HOURS}))
         on conflict (person_id) do update set token_hash = excluded.token_hash, created_by = excluded.created_by,
           created_at = now(), expires_at = excluded.expires_at
         returning expires_at as "expiresAt"`,
        [personId, hashToken(token), createdBy],
      );
      const [row] = rows;
      if (row === undefined) throw new Error('the new password link was not returned');
      const url = new URL('/reset', publicUrl);
      url.searchParams.set('token', token);
      return { url: url.href, expiresAt: row.expiresAt.toISOString() };
    },
    async find(token) {
      const { rows } = await pool.query<{ personId: string; name: string; email: string }>(
        `select l.person_id as "personId", p.name, p.email from accounts.password_link l
         join accounts.person p on p.id = l.person_id where l.token_hash = $1 and l.expires_at > now()`,
        [hashToken(token)],
      );
      if (rows[0] !== undefined) return rows[0];
      throw resetInvalid();
    },
    async take(token) {
      const sql = 'delete from accounts.password_link where token_hash = $1 and expires_at > now()';
      if ((await pool.query(sql, [hashToken(token)])).rowCount !== 1) throw resetInvalid();
    },
  };
}

function resetInvalid(): Problem {
  return new Problem('RESET_INVALID', {
    detail: 'This link was used, replaced by a newer one, or is too old. Ask an owner for a new one.',
  });
}

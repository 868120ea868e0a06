import type { Clock } from '@claude-codex/eventing';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { APIError } from 'better-auth/api';
import type { Pool } from 'pg';
import type { Auth } from './better-auth.ts';
import { createBriefMemory } from './brief-memory.ts';

export interface SessionFound {
  sessionId: string;
  personId: string;
  name: string;
  email: string;
  /** `set-cookie` values of a prolonged session. */
  renewed: string[];
}

export interface SessionRow {
  id: string;
  createdAt: string;
  expiresAt: string;
  ipAddress: string | null;
  userAgent: string | null;
}

/** Browser sessions. Revoking one is seen here within `FRESH_MS` by every gateway, at once by this one. */
export interface Sessions {
  find(cookieHeader: string | undefined): Promise<SessionFound | null>;
  /** Checks the password and gives the cookies of a new session. Throws CREDENTIALS_WRONG. */
  open(credentials: { email: string; password: string }, client: { address: string; agent: string }): Promise<string[]>;
  /** Ends the session of these cookies and gives the cookies that clear them. */
  close(cookieHeader: string | undefined): Promise<string[]>;
  list(personId: string): Promise<SessionRow[]>;
  /** False when this person has no such session. */
  revoke(personId: string, sessionId: string): Promise<boolean>;
  revokeAll(personId: string): Promise<void>;
  /** Ends all but this one. */
  revokeOthers(personId: string, sessionId: string): Promise<void>;
}

const FRESH_MS = 1_000;

export function createSessions({ auth, pool, clock }: { auth: Auth; pool: Pool; clock: Pick<Clock, 'now'> }): Sessions {
  const found = createBriefMemory<SessionFound | null>(clock, FRESH_MS);

  async function load(cookie: string): Promise<SessionFound | null> {
    const { headers, response } = await auth.api.getSession({ headers: new Headers({ cookie }), returnHeaders: true });
    if (response === null) return null;
    const { session, user } = response;
    const renewed = headers.getSetCookie();
    return { sessionId: session.id, personId: user.id, name: user.name, email: user.email, renewed };
  }

  async function find(cookie: string | undefined): Promise<SessionFound | null> {
    return cookie?.includes('codex_session=') ? found.get(cookie, () => load(cookie)) : null;
  }

  async function open(
    body: { email: string; password: string },
    client: { address: string; agent: string },
  ): Promise<string[]> {
    const headers = new Headers({ 'x-codex-client-address': client.address, 'user-agent': client.agent });
    try {
      const answer = await auth.api.signInEmail({ body, headers, returnHeaders: true });
      return answer.headers.getSetCookie();
    } catch (cause) {
      if (!(cause instanceof APIError)) throw cause;
      throw new Problem('CREDENTIALS_WRONG', {
        detail: 'This e-mail address and password do not fit together.',
        cause,
      });
    }
  }

  async function close(cookie: string | undefined): Promise<string[]> {
    if (cookie === undefined) return [];
    found.forget(cookie);
    const { headers } = await auth.api.signOut({ headers: new Headers({ cookie }), returnHeaders: true });
    return headers.getSetCookie();
  }

  async function list(personId: string): Promise<SessionRow[]> {
    const { rows } = await pool.query<Omit<SessionRow, 'createdAt' | 'expiresAt'> & { created: Date; expires: Date }>(
      `select id, created_at as created, expires_at as expires, ip_address as "ipAddress", user_agent as "userAgent"
       from accounts.session where person_id = $1 and expires_at > now() order by created_at desc`,
      [personId],
    );
    return rows.map(({ created, expires, ...row }) => ({
      ...row,
      createdAt: created.toISOString(),
      expiresAt: expires.toISOString(),
    }));
  }

  async function revoke(personId: string, sessionId: string): Promise<boolean> {
    const sql = 'delete from accounts.session where person_id = $1 and id = $2';
    const { rowCount } = await pool.query(sql, [personId, sessionId]);
    found.clear();
    return rowCount === 1;
  }

  async function revokeAll(personId: string): Promise<void> {
    await pool.query('delete from accounts.session where person_id = $1', [personId]);
    found.clear();
  }

  async function revokeOthers(personId: string, sessionId: string): Promise<void> {
    await pool.query('delete from accounts.session where person_id = $1 and id <> $2', [personId, sessionId]);
    found.clear();
  }

  return { find, open, close, list, revoke, revokeAll, revokeOthers };
}

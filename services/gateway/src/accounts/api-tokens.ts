import type { TokenScope, TokenView } from '@claude-codex/contracts';
import type { Clock } from '@claude-codex/eventing';
import { newId } from '@claude-codex/service-kit/ids';
import type { Pool } from 'pg';
import { createBriefMemory } from './brief-memory.ts';
import { hashToken, newToken } from './random-token.ts';

export interface TokenOwner {
  tokenId: string;
  personId: string;
  workspaceId: string;
  scope: TokenScope;
  name: string;
  email: string;
}

/** Tokens for programs: they act as their person, in one workspace. Only a hash is kept. */
export interface ApiTokens {
  find(token: string): Promise<TokenOwner | null>;
  /** Whether this very text was looked up here before: it may be wrong, but it is no further guess. */
  isKnown(token: string): boolean;
  create(owner: {
    personId: string;
    workspaceId: string;
    name: string;
    scope: TokenScope;
    expiresInDays: number | null;
  }): Promise<TokenView & { token: string }>;
  list(personId: string): Promise<TokenView[]>;
  revoke(personId: string, tokenId: string): Promise<boolean>;
  revokeAll(personId: string): Promise<void>;
}

const PREFIX = 'cdx_';
const SHAPE = /^cdx_[A-Za-z0-9_-]{43}$/;
const FRESH_MS = 1_000;
const MAX_SEEN = 10_000;
const COLUMNS = `id, name, scope, created_at as "createdAt", last_used_at as "lastUsedAt", expires_at as "expiresAt"`;

interface Row {
  id: string;
  name: string;
  scope: TokenScope;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
}

export function createApiTokens({ pool, clock }: { pool: Pool; clock: Pick<Clock, 'now'> }): ApiTokens {
  const found = createBriefMemory<TokenOwner | null>(clock, FRESH_MS);
  const seen = new Set<string>();

  /** `last_used_at` is rounded to the minute, so that a busy program costs one write a minute. */
  async function load(hash: Buffer): Promise<TokenOwner | null> {
    const { rows } = await pool.query<TokenOwner & { stale: boolean }>({
      name: 'token_find',
      text: `select t.id as "tokenId", t.person_id as "personId", t.workspace_id as "workspaceId", t.scope, p.name, p.email,
               coalesce(t.last_used_at < now() - interval '1 minute', true) as stale
             from accounts.api_token t join accounts.person p on p.id = t.person_id
             where t.token_hash = $1 and (t.expires_at is null or t.expires_at > now())`,
      values: [hash],
    });
    const row = rows[0];
    if (row === undefined) return null;
    const { stale, ...owner } = row;
    if (stale) await pool.query('update accounts.api_token set last_used_at = now() where id = $1', [owner.tokenId]);
    return owner;
  }

  async function find(token: string): Promise<TokenOwner | null> {
    if (!SHAPE.test(token)) return null;
    const hash = hashToken(token);
    const key = hash.toString('base64');
    const owner = await found.get(key, () => load(hash));
    // Insertion order is age: what falls out is the oldest.
    const oldest = seen.size >= MAX_SEEN ? seen.keys().next().value : undefined;
    if (oldest !== undefined) seen.delete(oldest);
    seen.add(key);
    return owner;
  }

  /** What cannot be a token is none without a look. */
  function isKnown(token: string): boolean {
    return !SHAPE.test(token) || seen.has(hashToken(token).toString('base64'));
  }

  async function create(owner: Parameters<ApiTokens['create']>[0]): Promise<TokenView & { token: string }> {
    const token = newToken(PREFIX);
    const { rows } = await pool.query<Row>(
      `insert into accounts.api_token (id, person_id, workspace_id, name, scope, token_hash, expires_at)
       values ($1, $2, $3, $4, $5, $6, now() + make_interval(days => $7)) returning ${COLUMNS}`,
      [newId(), owner.personId, owner.workspaceId, owner.name, owner.scope, hashToken(token), owner.expiresInDays],
    );
    const [row] = rows.map(viewOf);
    if (row === undefined) throw new Error('the new API token was not returned');
    return { ...row, token };
  }

  async function list(personId: string): Promise<TokenView[]> {
    const sql = `select ${COLUMNS} from accounts.api_token where person_id = $1 order by created_at desc, id desc`;
    const { rows } = await pool.query<Row>(sql, [personId]);
    return rows.map(viewOf);
  }

  async function revoke(personId: string, tokenId: string): Promise<boolean> {
    const sql = 'delete from accounts.api_token where person_id = $1 and id = $2';
    const { rowCount } = await pool.query(sql, [personId, tokenId]);
    found.clear();
    return rowCount === 1;
  }

  async function revokeAll(personId: string): Promise<void> {
    await pool.query('delete from accounts.api_token where person_id = $1', [personId]);
    found.clear();
  }

  return { find, isKnown, create, list, revoke, revokeAll };
}

function viewOf({ id, name, scope, createdAt, lastUsedAt, expiresAt }: Row): TokenView {
  return {
    id,
    name,
    scope,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
    expiresAt: expiresAt?.toISOString() ?? null,
  };
}

import type { CreatedInvite, InviteView, Role } from '@claude-codex/contracts';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { newId } from '@claude-codex/service-kit/ids';
import type { Pool } from 'pg';
import { hashToken, newToken } from './random-token.ts';

export interface Invite {
  id: string;
  workspaceId: string;
  role: Role;
  createdBy: string;
}

/** Links by which people join a workspace: good once, for a week. */
export interface Invites {
  create(invite: { workspaceId: string; role: Role; createdBy: string }): Promise<CreatedInvite>;
  list(workspaceId: string): Promise<InviteView[]>;
  revoke(workspaceId: string, inviteId: string): Promise<boolean>;
  /** Takes the invite, so that nobody else can. Throws INVITE_INVALID. */
  take(token: string): Promise<Invite>;
  /** Gives a taken invite back when joining failed. */
  giveBack(inviteId: string): Promise<void>;
  usedBy(inviteId: string, personId: string): Promise<void>;
}

interface Row {
  id: string;
  role: Role;
  createdAt: Date;
  expiresAt: Date;
  usedAt: Date | null;
}

const DAYS = 7;
const COLUMNS = `id, role, created_at as "createdAt", expires_at as "expiresAt", used_at as "usedAt"`;

export function createInvites({ pool, publicUrl }: { pool: Pool; publicUrl: URL }): Invites {
  return {
    async create({ workspaceId, role, createdBy }) {
      const token = newToken('');
      const { rows } = await pool.query<Row>(
        `insert into accounts.invite (id, workspace_id, role, token_hash, created_by, expires_at)
         values ($1, $2, $3, $4, $5, now() + make_interval(days => ${DAYS})) returning ${COLUMNS}`,
        [newId(), workspaceId, role, hashToken(token), createdBy],
      );
      const [row] = rows.map(viewOf);
      if (row === undefined) throw new Error('the new invite was not returned');
      const url = new URL('/invite', publicUrl);
      url.searchParams.set('token', token);
      return { ...row, url: url.href };
    },
    async list(workspaceId) {
      const { rows } = await pool.query<Row>(
        `select ${COLUMNS} from accounts.invite where workspace_id = $1 order by created_at desc limit 200`,
        [workspaceId],
      );
      return rows.map(viewOf);
    },
    async revoke(workspaceId, inviteId) {
      const sql = 'delete from accounts.invite where workspace_id = $1 and id = $2';
      return (await pool.query(sql, [workspaceId, inviteId])).rowCount === 1;
    },
    async take(token) {
      const { rows } = await pool.query<Invite>(
        `update accounts.invite set used_at = now() where token_hash = $1 and used_at is null and expires_at > now()
         returning id, workspace_id as "workspaceId", role, created_by as "createdBy"`,
        [hashToken(token)],
      );
      const invite = rows[0];
      if (invite !== undefined) return invite;
      throw new Problem('INVITE_INVALID', {
        detail: 'This invite was used, revoked or is too old. Ask for a new one.',
      });
    },
    async giveBack(inviteId) {
      await pool.query('update accounts.invite set used_at = null where id = $1 and used_by is null', [inviteId]);
    },
    async usedBy(inviteId, personId) {
      await pool.query('update accounts.invite set used_by = $2 where id = $1', [inviteId, personId]);
    },
  };
}

function viewOf({ createdAt, expiresAt, usedAt, ...row }: Row): InviteView {
  return {
    ...row,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    usedAt: usedAt?.toISOString() ?? null,
  };
}

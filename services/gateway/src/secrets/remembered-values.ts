import type { RememberedValueAnswer, RememberedValueView } from '@claude-codex/contracts';
import type { Pool } from 'pg';

/** What people let the server remember, for a repository or for the whole workspace. Values themselves stay in the store. */
export interface RememberedValues {
  list(workspaceId: string): Promise<RememberedValueView[]>;
  /** The newest of this name: of the repository first, then of the workspace. */
  find(wanted: { workspaceId: string; repositoryId: string; name: string }): Promise<RememberedValueAnswer>;
  /** Forgets it for good; false when there is none. Who was given it before keeps it until its container ends. */
  revoke(workspaceId: string, id: string): Promise<boolean>;
}

interface Row extends Omit<RememberedValueView, 'givenAt' | 'uses'> {
  givenAt: Date;
  uses: RememberedValueView['uses'];
}

const MAX_LISTED = 500;
/** A value used by more tasks says the latest ones only. */
const MAX_USES = 20;

export function createRememberedValues(pool: Pool): RememberedValues {
  return {
    async list(workspaceId) {
      const { rows } = await pool.query<Row>({
        name: 'remembered_values',
        text: `select s.id, s.name, case s.remember when 'repository' then s.repository_id end as "repositoryId",
            s.created_by as "givenBy", s.created_at as "givenAt", coalesce(u.uses, '[]') as uses
          from accounts.secret s
          left join lateral (
            select json_agg(json_build_object('taskId', t.task_id, 'number', v.number, 'title', v.title,
              'at', to_char(t.used_at at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')) order by t.used_at desc) as uses
            from (select task_id, used_at from accounts.secret_use where secret_id = s.id
              order by used_at desc limit ${MAX_USES}) t
            left join read.task v on v.task_id = t.task_id and v.workspace_id = s.workspace_id
          ) u on true
          where s.workspace_id = $1 and s.remember in ('repository', 'workspace')
          order by s.name, s.created_at desc limit ${MAX_LISTED}`,
        values: [workspaceId],
      });
      return rows.map(({ givenAt, ...row }) => ({ ...row, givenAt: givenAt.toISOString() }));
    },
    async find({ workspaceId, repositoryId, name }) {
      const { rows } = await pool.query<NonNullable<RememberedValueAnswer>>({
        name: 'remembered_value',
        text: `select id as "secretId", remember from accounts.secret
          where workspace_id = $1 and name = $3
            and (remember = 'workspace' or (remember = 'repository' and repository_id = $2))
          order by remember = 'workspace', created_at desc limit 1`,
        values: [workspaceId, repositoryId, name],
      });
      return rows[0] ?? null;
    },
    async revoke(workspaceId, id) {
      const sql = `delete from accounts.secret
        where workspace_id = $1 and id = $2 and remember in ('repository', 'workspace')`;
      return (await pool.query(sql, [workspaceId, id])).rowCount === 1;
    },
  };
}

import type { Head } from '@claude-codex/eventing';
import type pg from 'pg';

const HEAD = {
  name: 'log-head',
  text: `select epoch, coalesce((select position from es.event order by position desc limit 1), base_position) as position
    from es.log_identity`,
};

/** The log's epoch and last position, as committed. */
export async function readHead(db: Pick<pg.Pool, 'query'>): Promise<Head> {
  const { rows } = await db.query<Head>(HEAD);
  const head = rows[0];
  if (head === undefined) throw new Error('es.log_identity is empty: the database was not migrated');
  return head;
}

import type { Pool } from 'pg';
import type { Members } from '../access/members.ts';
import type { People } from './people.ts';

/**
 * Erases again whoever the log says is forgotten: after a gateway died between the event and the erasure, and after the
 * accounts alone were restored from an older backup. Gives how many people that may concern.
 */
export async function eraseForgotten(parts: {
  pool: Pool;
  members: Members;
  people: Pick<People, 'erase'>;
}): Promise<number> {
  const { pool, members, people } = parts;
  const { rows } = await pool.query<{ id: string }>(
    'select workspace_id as id from accounts.setup union select workspace_id from accounts.membership',
  );
  const forgotten: string[] = [];
  for (const { id } of rows) {
    const workspace = await members.workspace(id);
    for (const [personId, state] of Object.entries(workspace?.former ?? {})) {
      if (state === 'forgotten') forgotten.push(personId);
    }
  }
  if (forgotten.length > 0) await people.erase(forgotten);
  return forgotten.length;
}

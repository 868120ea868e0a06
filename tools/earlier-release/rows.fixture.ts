import { createPool } from '@claude-codex/service-kit/pg/pool';

/** What a page shows of tasks, as one row of the read models. */
export interface ShownRow {
  task: string;
  kind: string;
  id: string;
  gone: string | null;
  body: Record<string, unknown> | null;
  position: number;
}

/** Task pages, cards and what waits for a person: everything the API shows of tasks is put together from these. */
export async function shownRows(connectionString: string): Promise<ShownRow[]> {
  const pool = createPool({ connectionString, name: 'test', max: 1 });
  try {
    const { rows } = await pool.query<ShownRow & { position: string }>(
      'select task_id as task, kind, id, gone, body, position from read.task_row order by task_id, kind, id',
    );
    return rows.map((row) => ({ ...row, position: Number(row.position) }));
  } finally {
    await pool.end();
  }
}

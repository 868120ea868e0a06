import type { ListTasksQuery, TaskCard } from '@claude-codex/contracts';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { Pool } from 'pg';
import { z } from 'zod';

type Query = z.output<typeof ListTasksQuery>;
export interface TaskPage {
  tasks: TaskCard[];
  nextCursor: string | null;
}

interface Sort {
  /** What a page is ordered by, newest or most urgent first; the id breaks ties. */
  expression: string;
  cast: string;
  direction: '>' | '<';
}

/** Built from constants: no word of a request becomes part of the statement. */
const SORTS: Record<Query['sort'], Sort> = {
  updated: { expression: 'updated_at', cast: 'timestamptz', direction: '<' },
  created: { expression: 'created_at', cast: 'timestamptz', direction: '<' },
  number: { expression: 'number', cast: 'int', direction: '<' },
  priority: { expression: 'priority_rank', cast: 'int', direction: '>' },
};

const Cursor = z.tuple([z.string().max(60), z.string().max(26)]);

/** One page of a workspace's tasks: filtered, searched, sorted; `cursor` continues after the last of the page before. */
export async function listTasks(pool: Pool, workspaceId: string, query: Query): Promise<TaskPage> {
  const sort = SORTS[query.sort];
  const cursor = query.cursor === undefined ? null : readCursor(query.cursor, query.sort);
  const order = sort.direction === '<' ? 'desc' : 'asc';
  const { rows } = await pool.query<{ card: TaskCard; key: string; id: string }>({
    name: `task_list_${query.sort}`,
    text: `select card.body || jsonb_build_object('position', card.position) as card, ${sort.expression}::text as key,
        task.task_id as id from read.task
      join read.task_row card on card.task_id = task.task_id and card.kind = '${cardRow.kind}' and card.id = task.task_id
      where task.workspace_id = $1 and not deleted
        and ($2::text is null or board_column = $2)
        and ($3::text is null or repository_id = $3)
        and ($4::text is null or search @@ websearch_to_tsquery('simple', $4) or number::text = $4)
        and ($5::text is null or (${sort.expression}, task.task_id) ${sort.direction} ($5::${sort.cast}, $6::text))
      order by ${sort.expression} ${order}, task.task_id ${order} limit $7`,
    values: [
      workspaceId,
      query.column ?? null,
      query.repositoryId ?? null,
      query.q ?? null,
      cursor?.[0] ?? null,
      cursor?.[1] ?? null,
      query.limit + 1,
    ],
  });
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  const more = rows.length > query.limit && last !== undefined;
  return { tasks: page.map(({ card }) => card), nextCursor: more ? writeCursor(last.key, last.id) : null };
}

function writeCursor(key: string, id: string): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

/** Cursors are ours, but they come back through other hands: what is not a place of this order is refused. */
function readCursor(text: string, sort: Query['sort']): z.output<typeof Cursor> {
  const parsed = Cursor.safeParse(parsed64(text));
  const key = parsed.success ? parsed.data[0] : '';
  const isNumber = sort === 'number' || sort === 'priority';
  const fits = isNumber
    ? /^-?\d{1,9}$/.test(key)
    : /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/.test(key);
  if (
    parsed.success &&
    fits &&
    (isNumber || !Number.isNaN(Date.parse(key.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))))
  ) {
    return parsed.data;
  }
  throw new Problem('INVALID_FIELD', {
    detail: 'cursor: is not one that this list gave',
    errors: [{ field: 'query.cursor', code: 'INVALID_FIELD', expected: 'the nextCursor of the page before' }],
  });
}

function parsed64(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

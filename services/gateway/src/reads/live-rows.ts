import type { LiveRow } from '@claude-codex/contracts/live/live-row';
import { cardRow } from '@claude-codex/contracts/live/task-card';
import { costRow } from '@claude-codex/contracts/live/task-page';

/** Services of the installation itself, which every workspace sees. */
export const INSTALLATION = 'installation';

/** Every table with live rows. */
export const LIVE_TABLES = ['task_row', 'workspace_row'] as const satisfies LiveRow['table'][];

/** A row as it is sent: what it holds, and the event that changed it last. */
export const BODY = `(body || jsonb_build_object('position', position))::text`;

/** A row as a frame: `name` and `data`. */
export const FRAME = `coalesce(gone, kind) as name,
  case when gone is null then ${BODY} else jsonb_build_object('id', id)::text end as data`;

/** More of one kind than a page could show. */
export const MAX_ROWS = 1_000;

/**
 * Everything there is of one kind that a whole workspace sees. Cards, with what they cost, have a list of their own, by
 * pages: there is no end to them.
 */
export const OF_KIND = LIVE_TABLES.map(
  (table) => `(select ${BODY} as value from read.${table} where workspace_id = any($1) and kind = $2
    and kind not in ('${cardRow.kind}', '${costRow.kind}') and wide and gone is null order by id limit ${MAX_ROWS})`,
).join(' union all ');

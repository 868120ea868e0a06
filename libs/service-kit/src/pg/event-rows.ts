import type { Actor, RecordedEvent } from '@claude-codex/contracts/envelope';
import type pg from 'pg';
import { LogBroken } from './pg-errors.ts';
import { safeInteger } from './pool.ts';

interface EventRow {
  position: number | string;
  event_id: string;
  stream: string;
  version: number | string;
  type: string;
  schema_version: number;
  data: unknown;
  workspace_id: string;
  actor: Actor;
  caused_by: string | null;
  correlation_id: string;
  causation_id: string | null;
  command_id: string;
  /** Milliseconds since 1970, and hex: the driver's own conversions cost more than the rest of the row. */
  at_ms: number;
  hash: string;
}

type Queryable = Pick<pg.ClientBase, 'query'>;

const COLUMNS = `position, event_id, stream, version, type, schema_version, data, workspace_id, actor, caused_by,
  correlation_id, causation_id, command_id, (extract(epoch from recorded_at) * 1000)::float8 as at_ms,
  encode(hash, 'hex') as hash`;

const ALL = {
  name: 'events-by-position',
  text: `select ${COLUMNS} from es.every_event where position > $1 order by position limit $2`,
};
const STREAM = {
  name: 'events-by-stream',
  text: `select ${COLUMNS} from es.every_event where stream = $1 and version >= $2 order by version limit $3`,
};

/** Events after a position as they were stored, not upcast. Throws when the log has a gap: it never may. */
export async function readEventRows(db: Queryable, after: number, limit: number): Promise<RecordedEvent[]> {
  const { rows } = await db.query<EventRow>({ ...ALL, values: [after, limit] });
  const events = rows.map(toEvent);
  const first = events[0]?.position ?? 0;
  const gap = events.find((event, index) => event.position !== first + index);
  if (gap !== undefined) throw new LogBroken(`the log has a gap before position ${gap.position}`);
  return events;
}

/** Events of one stream as they were stored. `limit` null = all. */
export async function readStreamRows(
  db: Queryable,
  stream: string,
  fromVersion: number,
  limit: number | null,
): Promise<RecordedEvent[]> {
  const { rows } = await db.query<EventRow>({ ...STREAM, values: [stream, fromVersion, limit] });
  return rows.map(toEvent);
}

function toEvent(row: EventRow): RecordedEvent {
  return {
    position: safeInteger(String(row.position)),
    eventId: row.event_id,
    stream: row.stream,
    version: safeInteger(String(row.version)),
    type: row.type,
    schemaVersion: row.schema_version,
    data: row.data,
    meta: {
      actor: row.actor,
      causedBy: row.caused_by,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
      commandId: row.command_id,
      workspaceId: row.workspace_id,
    },
    at: new Date(row.at_ms).toISOString(),
    hash: row.hash,
  };
}

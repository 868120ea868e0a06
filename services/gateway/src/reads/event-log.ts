import type { Actor, RecordedDomainEvent } from '@claude-codex/contracts';
import { CALL_CATEGORIES } from '@claude-codex/contracts/call-categories';
import { storedNames, todaysName } from '@claude-codex/contracts/event-names';
import { EVENT_TYPES } from '@claude-codex/contracts/events';
import { createSchemaRegistry } from '@claude-codex/eventing';
import type { Pool } from 'pg';

/** Committed events by question, each within one workspace, as today's code knows them. */
export interface EventLog {
  /** The first ones after a position. */
  ofTask(taskId: string, range: EventsAfter): Promise<RecordedDomainEvent[]>;
  /** The last ones before a position, in order of the log. */
  newestOfTask(taskId: string, range: EventsBefore): Promise<RecordedDomainEvent[]>;
  ofWorkspace(
    workspaceId: string,
    filter: { after: number; limit: number; stream: string | null; type: string | null },
  ): Promise<RecordedDomainEvent[]>;
}

interface EventsRange {
  readonly limit: number;
  /** Without those that are written for every model call and tool call; default false. */
  readonly withoutCalls?: boolean;
}
export interface EventsAfter extends EventsRange {
  /** Exclusive. */
  readonly after: number;
  /** Inclusive; default the newest. */
  readonly upTo?: number;
}
export interface EventsBefore extends EventsRange {
  /** Exclusive; null begins with the newest. */
  readonly before: number | null;
}

/** An event as the log's own tables hold it. */
export interface EventRow {
  position: number;
  event_id: string;
  stream: string;
  version: number;
  type: string;
  schema_version: number;
  data: unknown;
  workspace_id: string;
  actor: Actor;
  caused_by: string | null;
  correlation_id: string;
  causation_id: string | null;
  command_id: string;
  recorded_at: Date;
  hash: Buffer;
}

export const EVENT_COLUMNS = `e.position, e.event_id, e.stream, e.version, e.type, e.schema_version, e.data, e.workspace_id, e.actor,
  e.caused_by, e.correlation_id, e.causation_id, e.command_id, e.recorded_at, e.hash`;

/** $1 is the task, $2 whether events of calls are left out, $3 the categories of those. */
const TASK_EVENTS = `select ${EVENT_COLUMNS} from read.task_event t join es.every_event e on e.position = t.position
  where t.task_id = $1 and not ($2 and split_part(e.stream, '-', 1) = any($3))`;

const registry = createSchemaRegistry(EVENT_TYPES);

export function createEventLog(pool: Pool): EventLog {
  return {
    async ofTask(taskId, { after, upTo = Number.MAX_SAFE_INTEGER, limit, withoutCalls = false }) {
      const { rows } = await pool.query<EventRow>({
        name: 'events_of_task',
        text: `${TASK_EVENTS} and t.position > $4 and t.position <= $5 order by t.position limit $6`,
        values: [taskId, withoutCalls, CALL_CATEGORIES, after, upTo, limit],
      });
      return rows.map(eventOf);
    },
    async newestOfTask(taskId, { before, limit, withoutCalls = false }) {
      const { rows } = await pool.query<EventRow>({
        name: 'newest_events_of_task',
        text: `${TASK_EVENTS} and t.position < $4 order by t.position desc limit $5`,
        values: [taskId, withoutCalls, CALL_CATEGORIES, before ?? Number.MAX_SAFE_INTEGER, limit],
      });
      return rows.map(eventOf).reverse();
    },
    async ofWorkspace(workspaceId, { after, limit, stream, type }) {
      const byStream = stream !== null;
      const { rows } = await pool.query<EventRow>({
        name: byStream ? 'events_of_stream' : 'events_of_workspace',
        text: `select ${EVENT_COLUMNS} from es.every_event e
          where e.workspace_id = $1 and e.position > $2 and ($3::text[] is null or e.type = any($3))
            and ${byStream ? 'e.stream = $5' : 'true'}
          order by ${byStream ? 'e.version' : 'e.position'} limit $4`,
        values: [workspaceId, after, type === null ? null : namesFor(type), limit, ...(byStream ? [stream] : [])],
      });
      return rows.map(eventOf);
    },
  };
}

/** Asked for by its name of today or of an earlier release, a type is found under all of them. */
function namesFor(type: string): string[] {
  const today = todaysName(type);
  return today === null ? [type] : storedNames(today);
}

export function eventOf(row: EventRow): RecordedDomainEvent {
  return registry.upcast({
    position: Number(row.position),
    eventId: row.event_id,
    stream: row.stream,
    version: Number(row.version),
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
    at: row.recorded_at.toISOString(),
    hash: row.hash.toString('hex'),
  });
}

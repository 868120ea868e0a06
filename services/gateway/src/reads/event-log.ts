import type { Actor, RecordedDomainEvent } from '@claude-codex/contracts';
import { storedNames, todaysName } from '@claude-codex/contracts/event-names';
import { EVENT_TYPES } from '@claude-codex/contracts/events';
import { createSchemaRegistry } from '@claude-codex/eventing';
import type { Pool } from 'pg';

/** Committed events by question, each within one workspace, as today's code knows them. */
export interface EventLog {
  ofTask(taskId: string, range: { after: number; upTo?: number; limit: number }): Promise<RecordedDomainEvent[]>;
  ofWorkspace(
    workspaceId: string,
    filter: { after: number; limit: number; stream: string | null; type: string | null },
  ): Promise<RecordedDomainEvent[]>;
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

const registry = createSchemaRegistry(EVENT_TYPES);

export function createEventLog(pool: Pool): EventLog {
  return {
    async ofTask(taskId, { after, upTo = Number.MAX_SAFE_INTEGER, limit }) {
      const { rows } = await pool.query<EventRow>({
        name: 'events_of_task',
        text: `select ${EVENT_COLUMNS} from read.task_event t join es.every_event e on e.position = t.position
          where t.task_id = $1 and t.position > $2 and t.position <= $3 order by t.position limit $4`,
        values: [taskId, after, upTo, limit],
      });
      return rows.map(eventOf);
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

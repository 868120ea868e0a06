import type { RecordedDomainEvent, TaskView } from '@claude-codex/contracts';
import { assembleTask, type TaskRow } from '@claude-codex/contracts/live/task-page';
import type { Pool } from 'pg';
import { EVENT_COLUMNS, type EventRow, eventOf } from '../reads/event-log.ts';

/** A board as it was kept at an earlier position: ids and times of its newest tasks by column. */
export interface KeptBoard {
  position: number;
  newest: Record<string, [taskId: string, updatedAt: string][]>;
  counts: Record<string, number>;
  day: string;
  costUsd: number;
}

export interface TaskEvent {
  taskId: string;
  event: RecordedDomainEvent;
}

/** What the projector kept of the past, and the events between. Always within one workspace. */
export interface PastReads {
  /** The last board kept at or before `position`; null before the first. */
  board(workspaceId: string, position: number): Promise<KeptBoard | null>;
  /** Tasks as they were kept at or before `position`; absent when they did not exist then. */
  views(taskIds: readonly string[], position: number): Promise<Map<string, { position: number; view: TaskView }>>;
  /** Cards as JSON text, by task. */
  cards(taskIds: readonly string[], position: number): Promise<Map<string, string>>;
  /** Events of tasks in (after, upTo], in order. */
  eventsBetween(workspaceId: string, after: number, upTo: number): Promise<TaskEvent[]>;
  /** The UTC day of the last event at or before `position`, `2026-11-20`. */
  dayOf(position: number): Promise<string>;
}

export function createPastReads(pool: Pool): PastReads {
  return {
    async board(workspaceId, position) {
      const { rows } = await pool.query<KeptBoard>({
        name: 'past_board',
        text: `select position::float8 as position, newest, counts, day::text as day, cost_usd::float8 as "costUsd"
          from read.board_history where workspace_id = $1 and position <= $2 order by position desc limit 1`,
        values: [workspaceId, position],
      });
      return rows[0] ?? null;
    },
    async views(taskIds, position) {
      const { rows } = await pool.query<{ task_id: string; position: number; parts: TaskRow[] | null }>({
        name: 'past_views',
        text: `select h.* from unnest($1::text[]) as t(id) cross join lateral (
          select task_id, position::float8 as position, parts from read.task_history
          where task_id = t.id and position <= $2 order by position desc limit 1) h`,
        values: [taskIds, position],
      });
      return new Map(
        rows.flatMap(({ task_id, position: at, parts }) => {
          const view = parts === null ? null : assembleTask(parts);
          return view === null ? [] : [[task_id, { position: at, view }]];
        }),
      );
    },
    async cards(taskIds, position) {
      const { rows } = await pool.query<{ task_id: string; card: string | null }>({
        name: 'past_cards',
        text: `select h.* from unnest($1::text[]) as t(id) cross join lateral (
          select task_id, card::text as card from read.task_history
          where task_id = t.id and position <= $2 order by position desc limit 1) h`,
        values: [taskIds, position],
      });
      return new Map(rows.flatMap(({ task_id, card }) => (card === null ? [] : [[task_id, card]])));
    },
    async eventsBetween(workspaceId, after, upTo) {
      const { rows } = await pool.query<EventRow & { task_id: string }>({
        name: 'past_events',
        text: `select t.task_id, ${EVENT_COLUMNS} from read.task_event t join es.every_event e on e.position = t.position
          where t.workspace_id = $1 and t.position > $2 and t.position <= $3 order by t.position`,
        values: [workspaceId, after, upTo],
      });
      return rows.map((row) => ({ taskId: row.task_id, event: eventOf(row) }));
    },
    async dayOf(position) {
      const { rows } = await pool.query<{ day: string }>({
        name: 'past_day',
        text: `select (recorded_at at time zone 'UTC')::date::text as day from es.every_event
          where position <= $1 order by position desc limit 1`,
        values: [position],
      });
      return rows[0]?.day ?? '1970-01-01';
    },
  };
}

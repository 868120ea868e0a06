import { formatStreamId } from '@claude-codex/contracts/api/stream';
import type { Pool } from 'pg';
import { eventViewOf } from '../events/event-view.ts';
import type { EventLog } from '../reads/event-log.ts';
import { FRAME, INSTALLATION, LIVE_TABLES } from '../reads/live-rows.ts';
import { eventFrames, frame } from './frames.ts';

/** Frames of an event with the position they belong to. */
export interface EventFrames {
  position: number;
  /** Under every name a program may listen for. */
  text: string;
  /** Once, for pages, which listen for `event`. */
  short: string;
}

export interface TaskPatch {
  /** The view as JSON: each kind of stream has its own name for the frame. */
  view: string;
  instanceIds: string[];
}

export interface EventRange {
  after: number;
  upTo: number;
  limit: number;
  epoch: string;
}

/** What changed in the read models and the log since a position, as frames. */
export interface Feed {
  /** Patches by workspace, and of the installation (which go to every workspace). */
  workspaces(ids: readonly string[], after: number): Promise<Map<string, string>>;
  /** Tasks that changed after a position. */
  tasks(ids: readonly string[], after: number): Promise<Map<string, TaskPatch>>;
  events(taskId: string, range: EventRange): Promise<EventFrames[]>;
}

interface Row {
  workspace: string;
  /** Of its frame: its kind, or what says that it went. */
  name: string;
  data: string;
}

/**
 * What everybody in a workspace sees, of every kind there is. `position > $2` without an upper end: a row that changed
 * again meanwhile is sent as it is now, and never missed.
 */
const CHANGED = LIVE_TABLES.map(
  (table) => `select workspace_id as workspace, ${FRAME} from read.${table}
    where workspace_id = any($1) and wide and position > $2`,
).join(' union all ');

export function createFeed({ pool, eventLog }: { pool: Pool; eventLog: EventLog }): Feed {
  return {
    async workspaces(ids, after) {
      const values = [[...ids, INSTALLATION], after];
      const { rows } = await pool.query<Row>({ name: 'stream_patches', text: CHANGED, values });
      const patches = new Map<string, string>();
      for (const { workspace, name, data } of rows) {
        patches.set(workspace, (patches.get(workspace) ?? '') + frame(name, data));
      }
      return patches;
    },
    async tasks(ids, after) {
      const { rows } = await pool.query<{ id: string; view: string; instanceIds: string[] }>({
        name: 'stream_tasks',
        text: `select task_id as id, view::text as view,
            array(select value->>'id' from jsonb_array_elements(view->'instances') as value) as "instanceIds"
          from read.task where task_id = any($1) and position > $2 and not deleted`,
        values: [ids, after],
      });
      return new Map(rows.map(({ id, view, instanceIds }) => [id, { view, instanceIds }]));
    },
    async events(taskId, { epoch, ...range }) {
      const events = await eventLog.ofTask(taskId, range);
      return events.map((event) => {
        const { position, type, sentence, at, stream, data } = eventViewOf(event);
        const json = JSON.stringify({ position, type, sentence, at, stream, data });
        const id = formatStreamId(epoch, position);
        return { position, text: eventFrames(type, json, id), short: frame('event', json, id) };
      });
    },
  };
}

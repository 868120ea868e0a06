import { formatStreamId } from '@claude-codex/contracts/api/stream';
import { attemptRow } from '@claude-codex/contracts/live/task-page';
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
  /** Rows that the whole workspace sees: a stream of the workspace has them already. */
  wide: string;
  /** Rows for those who look at the task. */
  narrow: string;
  /** Attempts among them. */
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
  /** Tasks of which something happened after a position. */
  tasks(ids: readonly string[], after: number): Promise<Map<string, TaskPatch>>;
  /** Every attempt of a task. */
  attempts(taskId: string): Promise<string[]>;
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

/** What of these tasks changed; a row without a name for each of which there is an event, whatever that changed. */
const OF_TASKS = `select task_id as task, wide, kind, id, ${FRAME} from read.task_row
    where task_id = any($1) and position > $2
  union all
  select distinct task_id, false, '', '', '', '' from read.task_event where task_id = any($1) and position > $2`;

interface TaskPatchRow {
  task: string;
  wide: boolean;
  kind: string;
  id: string;
  name: string;
  data: string;
}

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
      const { rows } = await pool.query<TaskPatchRow>({ name: 'stream_tasks', text: OF_TASKS, values: [ids, after] });
      const patches = new Map<string, TaskPatch>();
      for (const { task, wide, kind, id, name, data } of rows) {
        const patch = patches.get(task) ?? { wide: '', narrow: '', instanceIds: [] };
        patches.set(task, patch);
        if (name === '') continue;
        patch[wide ? 'wide' : 'narrow'] += frame(name, data);
        if (kind === attemptRow.kind) patch.instanceIds.push(id);
      }
      return patches;
    },
    async attempts(taskId) {
      const { rows } = await pool.query<{ id: string }>({
        name: 'stream_attempts',
        text: 'select id from read.task_row where task_id = $1 and kind = $2 and gone is null',
        values: [taskId, attemptRow.kind],
      });
      return rows.map(({ id }) => id);
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

import type { TaskView } from '@claude-codex/contracts';
import type { LiveRow } from '@claude-codex/contracts/live/live-row';
import { cutText } from '@claude-codex/contracts/text';
import { needsMember, taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import type { TaskRelatedEvent } from '@claude-codex/domain/task-events/task-related';
import { type AttentionRow, attentionChanges } from '../attention/attention-changes.ts';
import { foldTask } from './fold-task.ts';
import { changedParts, type PartOf } from './parts.ts';

export interface ChangedTask {
  taskId: string;
  workspaceId: string;
  /** When deleted: as it was last. */
  view: TaskView;
  deleted: boolean;
  /** Null: as before, so that the search index is left alone. */
  searchText: string | null;
  position: number;
}

export interface ChangedPart {
  of: LiveRow;
  id: string;
  /** Null: it went. */
  body: object | null;
  taskId: string;
  workspaceId: string;
  /** Of the last event that is worth a frame; null: none in this batch. */
  position: number | null;
}

export interface TaskBatch {
  tasks: ChangedTask[];
  /** Of tasks that are still there. */
  parts: ChangedPart[];
  attention: AttentionRow[];
  /** First seen in this batch. */
  members: { stream: string; taskId: string }[];
  events: { taskId: string; workspaceId: string; position: number }[];
}

/**
 * What a batch of events makes of the tasks it touches. Pure, and the same whatever the batches are: folding a log in
 * one go or event by event gives the same rows. `members` knows the tasks of streams that began before this batch.
 */
export function foldBatch(
  known: ReadonlyMap<string, TaskView>,
  knownMembers: ReadonlyMap<string, string>,
  events: readonly TaskRelatedEvent[],
): TaskBatch {
  const views = new Map(known);
  const members = new Map<string, string>();
  const tasks = new Map<string, ChangedTask>();
  const parts = new Map<string, Map<string, LatestPart>>();
  const attention = new Map<string, AttentionRow>();
  const taskEvents: TaskBatch['events'] = [];

  for (const event of events) {
    const { position } = event;
    const { workspaceId } = event.meta;
    const taskId = taskNamedBy(event) ?? members.get(event.stream) ?? knownMembers.get(event.stream);
    // An event of no known task changes no task.
    if (taskId === undefined) continue;
    if (needsMember(event) && !knownMembers.has(event.stream)) members.set(event.stream, taskId);
    taskEvents.push({ taskId, workspaceId, position });

    const before = views.get(taskId) ?? null;
    const after = foldTask(before, event);
    const view = after ?? before;
    if (after === before || view === null) continue;
    const searchText = searchChange(before, after) ?? tasks.get(taskId)?.searchText ?? null;
    tasks.set(taskId, { taskId, workspaceId, view, deleted: after === null, searchText, position });
    if (after === null) {
      views.delete(taskId);
      parts.delete(taskId);
    } else {
      views.set(taskId, after);
      const its = parts.get(taskId) ?? new Map<string, LatestPart>();
      parts.set(taskId, its);
      for (const part of changedParts(before, after)) {
        const key = `${part.of.kind} ${part.id}`;
        const at = part.quiet ? (its.get(key)?.position ?? null) : position;
        its.set(key, { part, workspaceId: after.workspaceId, position: at });
      }
    }
    for (const row of attentionChanges(before, after, event)) attention.set(row.item.id, row);
  }
  return {
    tasks: [...tasks.values()],
    parts: [...parts].flatMap(([taskId, its]) =>
      [...its.values()].map(({ part: { of, id, body }, workspaceId, position }) => {
        return { of, id, body: body(), taskId, workspaceId, position };
      }),
    ),
    attention: [...attention.values()],
    members: [...members].map(([stream, taskId]) => ({ stream, taskId })),
    events: taskEvents,
  };
}

/** What a part of a task is after the events so far. */
interface LatestPart {
  part: PartOf;
  workspaceId: string;
  position: ChangedPart['position'];
}

/** So much of a description is searched; the rest costs more than it finds. */
const SEARCHED_CHARACTERS = 2_000;

function searchChange(before: TaskView | null, after: TaskView | null): string | null {
  if (after === null) return null;
  const { number, title, labels, description } = after;
  const same = before?.title === title && before.labels === labels && before.description === description;
  return same ? null : [`#${number}`, title, ...labels, cutText(description, SEARCHED_CHARACTERS)].join('\n');
}

import { BoardColumn, type TaskView } from '@claude-codex/contracts';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { cardOf } from '@claude-codex/read-models/tasks/card';
import { foldTask } from '@claude-codex/read-models/tasks/fold-task';
import type { KeptBoard, PastReads, TaskEvent } from './past-reads.ts';

const NOTHING: KeptBoard = { position: 0, newest: {}, counts: {}, day: '', costUsd: 0 };

/** A card and where it stands, before it is known whether it is shown. `text` null: as it was kept. */
interface Placed {
  id: string;
  updatedAt: string;
  text: string | null;
}

/**
 * The board as of a position, as JSON text without its braces: what was kept last before it, with the events between
 * folded by the same code that made the live one. Costs the events since the last one kept, however long the log is.
 */
export async function boardTextAt(
  past: PastReads,
  { workspaceId, position, perColumn }: { workspaceId: string; position: number; perColumn: number },
): Promise<string> {
  const kept = (await past.board(workspaceId, position)) ?? NOTHING;
  const [events, day] = await Promise.all([
    past.eventsBetween(workspaceId, kept.position, position),
    past.dayOf(position),
  ]);
  const touched = [...new Set(events.map(({ taskId }) => taskId))];
  const before = await past.views(touched, kept.position);
  const after = foldTasks(new Map([...before].map(([id, { view }]) => [id, view])), events);

  const columns = BoardColumn.options.map((column) => placedIn(column, kept, touched, after).slice(0, perColumn));
  const wanted = columns.flat().filter(({ text }) => text === null);
  const cards = await past.cards(
    wanted.map(({ id }) => id),
    kept.position,
  );
  const texts = columns.flat().flatMap(({ id, text }) => text ?? cards.get(id) ?? []);

  const counts: Record<string, number> = { ...kept.counts };
  for (const { view } of before.values()) counts[view.column] = (counts[view.column] ?? 0) - 1;
  for (const view of after.values()) if (view !== null) counts[view.column] = (counts[view.column] ?? 0) + 1;
  const left = Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
  const cost = (kept.day === day ? kept.costUsd : 0) + costOf(events, day);
  return `"tasks":[${texts.join(',')}],"counts":${JSON.stringify(left)},"costTodayUsd":${cost}`;
}

/** The tasks these events touch, as they are afterwards; null when deleted or never created. */
export function foldTasks(
  before: ReadonlyMap<string, TaskView>,
  events: readonly TaskEvent[],
): Map<string, TaskView | null> {
  const views = new Map<string, TaskView | null>(before);
  for (const { taskId, event } of events) {
    if (isTaskRelated(event)) views.set(taskId, foldTask(views.get(taskId) ?? null, event));
  }
  return views;
}

function placedIn(
  column: string,
  kept: KeptBoard,
  touched: readonly string[],
  after: ReadonlyMap<string, TaskView | null>,
): Placed[] {
  const moved = new Set(touched);
  const stayed = (kept.newest[column] ?? []).filter(([id]) => !moved.has(id));
  const placed: Placed[] = stayed.map(([id, updatedAt]) => ({ id, updatedAt, text: null }));
  for (const view of after.values()) {
    if (view?.column === column) {
      placed.push({ id: view.id, updatedAt: view.updatedAt, text: JSON.stringify(cardOf(view)) });
    }
  }
  return placed.sort((a, b) => compare(b.updatedAt, a.updatedAt) || compare(b.id, a.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function costOf(events: readonly TaskEvent[], day: string): number {
  return events
    .map(({ event }) => event)
    .filter((event) => event.type === 'ModelCallSettled')
    .filter(({ at }) => at.startsWith(day))
    .reduce((sum, { data }) => sum + Number(data.costUsd), 0);
}

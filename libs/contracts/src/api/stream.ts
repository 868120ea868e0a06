import { z } from 'zod';
import { JournalItem } from './responses.ts';

/**
 * Server-sent events. `GET /api/stream` carries what the workspace sees; `GET /api/tasks/:id/stream` one task.
 *
 * The SSE `id` of a frame is `<epoch>-<position>`. Frames are patches of read models: the whole new row, so that
 * applying one twice does no harm. Their names and data are those of the live rows (`../live`), one file each. `reset`
 * means the position cannot be resumed: fetch the pages again. A frame without data only moves the resume point.
 */
export const StreamFrame = {
  reset: z.object({ position: z.number(), epoch: z.string() }),
  hello: z.object({ position: z.number(), epoch: z.string(), costTodayUsd: z.number() }),
} as const;

/**
 * Frames of a task's stream, beside its rows (`../live/task-card.ts`, `../live/task-page.ts`); `log` are journal records
 * (not events: their frames carry no id).
 */
export const TaskStreamFrame = {
  log: JournalItem.extend({ instanceId: z.string() }),
  /** A domain event of this task, as `EventView`, under its own event name as well. */
  event: z.object({
    position: z.number(),
    type: z.string(),
    sentence: z.string(),
    at: z.string(),
    stream: z.string(),
    data: z.unknown(),
  }),
  reset: StreamFrame.reset,
  hello: z.object({ position: z.number(), epoch: z.string() }),
} as const;

/** Parses `<epoch>-<position>`; null when it is not of that form. */
export function parseStreamId(id: string): { epoch: string; position: number } | null {
  const cut = id.lastIndexOf('-');
  const position = Number(id.slice(cut + 1));
  if (cut <= 0 || !/^\d{1,16}$/.test(id.slice(cut + 1)) || !Number.isSafeInteger(position)) return null;
  return { epoch: id.slice(0, cut), position };
}

export function formatStreamId(epoch: string, position: number): string {
  return `${epoch}-${position}`;
}

import type { TaskView } from '@claude-codex/contracts';
import type { EventLog } from '../reads/event-log.ts';
import { foldTasks } from './board-at.ts';
import type { PastReads } from './past-reads.ts';

/** Far more than one task has between two kept states. */
const MAX_EVENTS = 20_000;

/** A task as of a position; null when it did not exist then, was deleted, or belongs to another workspace. */
export async function taskAt(
  { past, eventLog }: { past: PastReads; eventLog: EventLog },
  { workspaceId, taskId, position }: { workspaceId: string; taskId: string; position: number },
): Promise<TaskView | null> {
  const kept = (await past.views([taskId], position)).get(taskId);
  const range = { after: kept?.position ?? 0, upTo: position, limit: MAX_EVENTS };
  const events = (await eventLog.ofTask(taskId, range)).map((event) => ({ taskId, event }));
  if (events.some(({ event }) => event.meta.workspaceId !== workspaceId)) return null;
  const view = foldTasks(new Map(kept === undefined ? [] : [[taskId, kept.view]]), events).get(taskId) ?? null;
  return view?.workspaceId === workspaceId ? view : null;
}

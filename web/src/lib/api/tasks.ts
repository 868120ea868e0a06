import type {
  BoardView,
  CommandAccepted,
  CreateTaskRequest,
  DiffIndex,
  DiffLineText,
  DiffPart,
  EventsPage,
  EventView,
  JournalPage,
  TaskEventsPage,
  TaskRead,
  TaskRowsView,
  WorkflowDefinition,
} from '@claude-codex/contracts';
import { type Fetch, request, requestText } from './client.ts';

export interface BoardQuery {
  readonly column?: string;
  readonly repositoryId?: string;
  readonly q?: string;
  readonly limit?: number;
  readonly cursor?: string;
}
export type TaskCommand = 'execute' | 'pause' | 'resume' | 'cancel' | 'retry';

/** The newest tasks of every column and how many there are. */
export const board = (fetch?: Fetch) =>
  request<BoardView>('GET', '/board', undefined, { query: { perColumn: 100 }, fetch });
export const listTasks = (query: BoardQuery = {}) =>
  request<BoardView>('GET', '/tasks', undefined, { query: { ...query } });
/** The whole task. */
export const getTask = (id: string) => request<TaskRead>('GET', `/tasks/${id}`);
/** What a task's page begins with, or the comments and the work of all its reviews. `minPosition` waits for what a command just wrote. */
export const taskRows = (id: string, of: 'page' | 'reviews', minPosition?: number, fetch?: Fetch) =>
  request<TaskRowsView>('GET', `/tasks/${id}/rows`, undefined, { query: { of, min_position: minPosition }, fetch });
export const reviewRows = (id: string, review: string) =>
  request<TaskRowsView>('GET', `/tasks/${id}/rows`, undefined, { query: { review } });
export const createTask = (body: Partial<CreateTaskRequest>, commandId?: string) =>
  request<CommandAccepted>('POST', '/tasks', body, commandId === undefined ? {} : { commandId });
export const commandTask = (id: string, command: TaskCommand) =>
  request<CommandAccepted>('POST', `/tasks/${id}/${command}`, {});
export const cancelTask = (id: string, reason: string) =>
  request<CommandAccepted>('POST', `/tasks/${id}/cancel`, { reason });
export const grantRounds = (id: string, rounds: number, instanceId: string | null) =>
  request<CommandAccepted>('POST', `/tasks/${id}/rounds`, instanceId === null ? { rounds } : { rounds, instanceId });
export const chooseAttempt = (id: string, instanceId: string) =>
  request<CommandAccepted>('POST', `/tasks/${id}/attempts/${instanceId}/choose`, {});
export const deleteTask = (id: string) => request<unknown>('DELETE', `/tasks/${id}`);
/** `to`: an agent, or all that are at work; undefined: the one that leads, or whoever approved work goes back to. */
export const sendMessage = (id: string, text: string, interrupt: boolean, commandId: string, to?: string) =>
  request<CommandAccepted>('POST', `/tasks/${id}/messages`, { text, interrupt, to }, { commandId });

/** The last events before a position, the newest with null; with or without those of single calls. */
export const taskEventsBefore = (id: string, of: 'decisions' | 'all', before: number | null, fetch?: Fetch) =>
  request<TaskEventsPage>('GET', `/tasks/${id}/events`, undefined, {
    query: { direction: 'backward', of, before: before ?? undefined, limit: before === null ? 40 : 500 },
    fetch,
  });
/** Who deleted a task, and when; null when nobody did. */
export async function deletionOf(id: string): Promise<Pick<EventView, 'at' | 'meta'> | null> {
  const query = { stream: `task-${id}`, type: 'TaskDeleted', limit: 1 };
  const { events } = await request<EventsPage>('GET', '/events', undefined, { query });
  return events[0] ?? null;
}
type Place = { readonly epoch: number; readonly seq: number };
/** The newest page of the task's newest instance, which a page can ask for before it knows any instance. */
export const newestLog = (taskId: string, fetch?: Fetch) =>
  request<JournalPage & { instanceId: string | null }>('GET', `/tasks/${taskId}/log`, undefined, {
    query: { direction: 'backward', limit: 200 },
    fetch,
  });
/** A page of an instance's journal in order of time, ending before the given record or with the newest. */
export const journalBefore = (instanceId: string, before: Place | null, limit = 200, fetch?: Fetch) =>
  request<JournalPage>('GET', `/instances/${instanceId}/journal`, undefined, {
    query: { ...before, direction: 'backward', limit },
    fetch,
  });
/** A page of an instance's journal after the given record. */
export const journalAfter = (instanceId: string, after: Place) =>
  request<JournalPage>('GET', `/instances/${instanceId}/journal`, undefined, { query: { ...after, limit: 2000 } });

/** Which diff: of the work under a review (the newest without one), against the start or against the round before. */
export interface WhichDiff {
  readonly since: 'base' | 'previous';
  readonly review: string | null;
}
/** The files that changed, from one of them on. */
export const changedFiles = (id: string, which: WhichDiff, page: { after: number; limit: number }, fetch?: Fetch) =>
  request<DiffIndex>('GET', `/tasks/${id}/changes`, undefined, { query: { ...which, ...page }, fetch });
export const changedLines = (id: string, which: WhichDiff, place: { path: string; part: number }, fetch?: Fetch) =>
  request<DiffPart>('GET', `/tasks/${id}/changes/file`, undefined, { query: { ...which, ...place }, fetch });
/** The address of a changed image as it was, or as it is now. */
export function imageAddress(id: string, which: WhichDiff, place: { path: string; side: 'old' | 'new' }): string {
  const review = which.review === null ? {} : { review: which.review };
  return `/api/tasks/${id}/changes/image?${new URLSearchParams({ since: which.since, ...review, ...place }).toString()}`;
}
/** A piece of a line too long to be shown whole. */
export const longLine = (
  id: string,
  which: WhichDiff,
  place: { path: string; part: number; line: number; from: number },
) => request<DiffLineText>('GET', `/tasks/${id}/changes/line`, undefined, { query: { ...which, ...place } });
/** A text this task refers to by its content: a document's revision, the output of a check. */
export const textBlob = (taskId: string, blobId: string, fetch?: Fetch) =>
  requestText(`/tasks/${taskId}/blobs/${blobId}`, { fetch });
export const workflows = () => request<{ workflows: WorkflowDefinition[] }>('GET', '/workflows');

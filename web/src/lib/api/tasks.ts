import type {
  BoardView,
  CommandAccepted,
  CreateTaskRequest,
  DiffDocument,
  EventsPage,
  JournalPage,
  MergeStrategy,
  TaskView,
  WorkflowDefinition,
} from '@claude-codex/contracts';
import { request, requestText } from './client.ts';

export interface BoardQuery {
  readonly column?: string;
  readonly repositoryId?: string;
  readonly q?: string;
  readonly limit?: number;
  readonly cursor?: string;
}
/** A task as read, with the place in the log it was true at, when the server says so. */
export type TaskRead = TaskView & { readonly epoch?: string };
export type TaskCommand = 'execute' | 'pause' | 'resume' | 'cancel' | 'retry';

export const listTasks = (query: BoardQuery = {}) =>
  request<BoardView>('GET', '/tasks', undefined, { query: { ...query } });
/** `minPosition` waits until the read model has passed what a command just wrote. */
export const getTask = (id: string, minPosition?: number) =>
  request<TaskRead>('GET', `/tasks/${id}`, undefined, { query: { min_position: minPosition } });
export const createTask = (body: Partial<CreateTaskRequest>, commandId?: string) =>
  request<CommandAccepted>('POST', '/tasks', body, commandId === undefined ? {} : { commandId });
export const commandTask = (id: string, command: TaskCommand) =>
  request<CommandAccepted>('POST', `/tasks/${id}/${command}`, {});
export const deleteTask = (id: string) => request<unknown>('DELETE', `/tasks/${id}`);
export const sendMessage = (id: string, text: string, interrupt: boolean, commandId: string) =>
  request<CommandAccepted>('POST', `/tasks/${id}/messages`, { text, interrupt }, { commandId });

export const taskEvents = (id: string, after: number, limit = 500) =>
  request<EventsPage>('GET', `/tasks/${id}/events`, undefined, { query: { after, limit } });
/** The newest page of an instance's journal, or the page before the given record; ascending either way. */
export const journal = (instanceId: string, before?: { epoch: number; seq: number }) =>
  request<JournalPage>('GET', `/instances/${instanceId}/journal`, undefined, {
    query: { limit: 400, before_epoch: before?.epoch, before_seq: before?.seq },
  });
export const cancelMessage = (instanceId: string, messageId: string) =>
  request<unknown>('DELETE', `/instances/${instanceId}/messages/${messageId}`);

export const diffBlob = (taskId: string, blobId: string) =>
  request<DiffDocument>('GET', `/tasks/${taskId}/blobs/${blobId}`);
export const textBlob = (taskId: string, blobId: string) => requestText(`/tasks/${taskId}/blobs/${blobId}`);
export const mergePullRequest = (id: string, strategy: MergeStrategy) =>
  request<CommandAccepted>('POST', `/pull-requests/${id}/merge`, { strategy });
export const workflows = () => request<{ workflows: WorkflowDefinition[] }>('GET', '/workflows');

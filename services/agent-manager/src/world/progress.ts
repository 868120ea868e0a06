import type { EventData, EventType, RecordedDomainEvent } from '@claude-codex/contracts';
import { idOf } from '@claude-codex/contracts';
import type { PullRequestState, ReviewState } from '@claude-codex/domain';
import { endsHold } from '@claude-codex/domain/task-events/hold';
import { needsMember, taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';

export interface Hold extends EventData<'TaskHeldBack'> {
  /** When this cause was first named, in ms since 1970. */
  readonly since: number;
  /** When it was said last. */
  readonly saidAt: number;
}

/** How far a task is, beyond the state of its aggregate. */
export interface TaskProgress {
  readonly workspaceId: string;
  /** When something of it happened last, and the event that was. */
  movedAt: number;
  movedBy: string;
  correlationId: string;
  causedBy: string | null;
  hold: Hold | null;
  readonly reviews: Map<string, ReviewState['status']>;
  pullRequest: PullRequestState['status'];
}

const REVIEW: Partial<Record<EventType, ReviewState['status']>> = {
  ReviewCreated: 'open',
  ReviewApproved: 'approved',
  ReviewChangesRequested: 'changes_requested',
  ReviewRejected: 'rejected',
  ReviewWithdrawn: 'withdrawn',
};
const PULL_REQUEST: Partial<Record<EventType, PullRequestState['status']>> = {
  PullRequestOpened: 'open',
  PullRequestMergeRequested: 'merging',
  PullRequestMerged: 'merged',
  PullRequestMergeFailed: 'open',
  PullRequestUpdateRequested: 'updating',
  PullRequestUpdated: 'open',
  PullRequestClosed: 'closed',
};
/** A task of which nothing follows any more is forgotten. */
const OVER = new Set<EventType>(['TaskCompleted', 'TaskDeleted']);

/** The progress of every task that is not over, folded from the log: what the watchdog judges by. */
export class Progress {
  readonly #tasks = new Map<string, TaskProgress>();
  readonly #members = new Map<string, string>();

  get(taskId: string): TaskProgress | undefined {
    return this.#tasks.get(taskId);
  }

  ids(): string[] {
    return [...this.#tasks.keys()];
  }

  apply(event: RecordedDomainEvent): void {
    if (!isTaskRelated(event)) return;
    const taskId = taskNamedBy(event) ?? this.#members.get(event.stream);
    if (taskId === undefined) return;
    if (OVER.has(event.type)) {
      this.#forget(taskId);
      return;
    }
    const known = this.#tasks.get(taskId) ?? newProgress(event);
    this.#tasks.set(taskId, known);
    if (needsMember(event)) this.#members.set(event.stream, taskId);
    note(known, event);
  }

  #forget(taskId: string): void {
    this.#tasks.delete(taskId);
    for (const [stream, member] of this.#members) if (member === taskId) this.#members.delete(stream);
  }
}

function newProgress({ meta, at, eventId }: RecordedDomainEvent): TaskProgress {
  const { workspaceId, correlationId, causedBy, actor } = meta;
  return {
    workspaceId,
    movedAt: Date.parse(at),
    movedBy: eventId,
    correlationId,
    causedBy: causedBy ?? (actor.kind === 'person' ? actor.id : null),
    hold: null,
    reviews: new Map(),
    pullRequest: 'none',
  };
}

function note(task: TaskProgress, event: RecordedDomainEvent): void {
  const { type, stream, eventId } = event;
  const review = REVIEW[type];
  if (review !== undefined) task.reviews.set(idOf(stream), review);
  task.pullRequest = PULL_REQUEST[type] ?? task.pullRequest;
  if (event.type === 'TaskHeldBack') {
    const saidAt = Date.parse(event.at);
    const since = task.hold?.cause === event.data.cause ? task.hold.since : saidAt;
    task.hold = { ...event.data, since, saidAt };
    return;
  }
  if (task.hold !== null && isTaskRelated(event) && endsHold(task.hold.cause, event)) task.hold = null;
  if (event.type === 'ModelCallSettled' || event.type === 'ToolCalled') return;
  task.movedAt = Date.parse(event.at);
  task.movedBy = eventId;
}

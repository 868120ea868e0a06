import type { EventData, EventType, RecordedDomainEvent } from '@claude-codex/contracts';
import { idOf } from '@claude-codex/contracts';
import { FORGES } from '@claude-codex/contracts/forge';
import type { PullRequestState, ReviewFacts, ReviewState } from '@claude-codex/domain';
import { approvalOf, hasApprovals, withApproval } from '@claude-codex/domain/review/approvals';
import { endsHold } from '@claude-codex/domain/task-events/hold';
import { needsMember, taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import { isTaskRelated } from '@claude-codex/domain/task-events/task-related';
import { movesTask } from '@claude-codex/domain/task-events/task-streams';

export interface Hold extends EventData<'TaskHeldBack'> {
  /** When this cause was first named, in ms since 1970. */
  readonly since: number;
  /** When it was said last. */
  readonly saidAt: number;
}

/** As much of a review as says whether it is decided: one approval may not be all that its gate asks for. */
export interface ReviewProgress extends Pick<ReviewFacts, 'gate' | 'approvals'> {
  readonly status: Exclude<ReviewState['status'], 'none'>;
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
  readonly reviews: Map<string, ReviewProgress>;
  pullRequest: PullRequestState['status'];
  /** Streams that are its own although later events of them do not name it. */
  readonly members: Set<string>;
}

const REVIEW: Partial<Record<EventType, ReviewProgress['status']>> = {
  ReviewChangesRequested: 'changes_requested',
  ReviewRejected: 'rejected',
  ReviewWithdrawn: 'withdrawn',
};
const PULL_REQUEST: Partial<Record<EventType, PullRequestState['status']>> = {
  PullRequestPublishFailed: 'unpublished',
  PullRequestPublishRequested: 'publishing',
  PullRequestMergeRequested: 'merging',
  PullRequestMerged: 'merged',
  PullRequestMergeFailed: 'open',
  PullRequestMergeTakenBack: 'open',
  PullRequestUpdateRequested: 'updating',
  PullRequestUpdated: 'open',
  PullRequestClosed: 'closed',
};
/** A task of which nothing follows any more is forgotten. */
const OVER = new Set<EventType>(['TaskCompleted', 'TaskDeleted']);
/** After these a question's stream is at its end. */
const SETTLES_QUESTION = new Set<EventType>(['AnswerDelivered', 'QuestionWithdrawn']);

/** The progress of every task that lives, folded from the log: what the watchdog judges by. */
export class Progress {
  readonly #tasks: Map<string, TaskProgress>;
  readonly #taskOf = new Map<string, string>();

  constructor(kept: ReadonlyMap<string, TaskProgress>) {
    this.#tasks = new Map(kept);
    for (const [taskId, { members }] of kept) for (const stream of members) this.#taskOf.set(stream, taskId);
  }

  get(taskId: string): TaskProgress | undefined {
    return this.#tasks.get(taskId);
  }

  ids(): string[] {
    return [...this.#tasks.keys()];
  }

  kept(): ReadonlyMap<string, TaskProgress> {
    return this.#tasks;
  }

  apply(event: RecordedDomainEvent): void {
    if (!isTaskRelated(event)) return;
    const taskId = taskNamedBy(event) ?? this.#taskOf.get(event.stream);
    if (taskId === undefined) return;
    if (OVER.has(event.type)) {
      this.forget(taskId);
      return;
    }
    if (event.type === 'TaskCreated') this.#tasks.set(taskId, newProgress(event));
    const known = this.#tasks.get(taskId);
    // What comes late of a task that is over moves nothing.
    if (known === undefined) return;
    if (SETTLES_QUESTION.has(event.type)) this.#leave(known, event.stream);
    else if (needsMember(event)) this.join(taskId, event.stream);
    noteProgress(known, event);
  }

  /** Events of this stream count as the task's from now on. */
  join(taskId: string, stream: string): void {
    const known = this.#tasks.get(taskId);
    if (known === undefined) return;
    known.members.add(stream);
    this.#taskOf.set(stream, taskId);
  }

  forget(taskId: string): void {
    for (const stream of this.#tasks.get(taskId)?.members ?? []) this.#taskOf.delete(stream);
    this.#tasks.delete(taskId);
  }

  #leave({ members }: TaskProgress, stream: string): void {
    members.delete(stream);
    this.#taskOf.delete(stream);
  }
}

export function newProgress({ meta, at, eventId }: RecordedDomainEvent): TaskProgress {
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
    members: new Set(),
  };
}

function reviewAfter(event: RecordedDomainEvent, before: ReviewProgress | undefined): ReviewProgress | undefined {
  if (event.type === 'ReviewCreated') return { status: 'open', gate: event.data.gate, approvals: [] };
  if (before === undefined) return undefined;
  if (event.type === 'ReviewApproved') {
    const approvals = withApproval(before.approvals, approvalOf(event.meta));
    return { ...before, approvals, status: hasApprovals(before.gate, approvals) ? 'approved' : before.status };
  }
  return { ...before, status: REVIEW[event.type] ?? before.status };
}

function pullRequestAfter(
  event: RecordedDomainEvent,
  before: TaskProgress['pullRequest'],
): TaskProgress['pullRequest'] {
  if (event.type === 'PullRequestOpened') return FORGES[event.data.provider].publishes ? 'publishing' : 'open';
  // One that is wished to be merged is published on the way.
  if (event.type === 'PullRequestPublished')
    return before === 'publishing' || before === 'unpublished' ? 'open' : before;
  if (event.type === 'PullRequestReopened') return before === 'closed' && event.data.why === null ? 'open' : before;
  return PULL_REQUEST[event.type] ?? before;
}

function noteProgress(task: TaskProgress, event: RecordedDomainEvent): void {
  const { stream, eventId } = event;
  const review = reviewAfter(event, task.reviews.get(idOf(stream)));
  if (review !== undefined) task.reviews.set(idOf(stream), review);
  task.pullRequest = pullRequestAfter(event, task.pullRequest);
  if (event.type === 'TaskHeldBack') {
    const saidAt = Date.parse(event.at);
    const since = task.hold?.cause === event.data.cause ? task.hold.since : saidAt;
    task.hold = { ...event.data, since, saidAt };
    return;
  }
  if (task.hold !== null && isTaskRelated(event) && endsHold(task.hold.cause, event)) task.hold = null;
  if (!movesTask(event)) return;
  task.movedAt = Date.parse(event.at);
  task.movedBy = eventId;
}

import { type HoldCause, OurCause } from '@claude-codex/contracts/causes';
import { ProviderCause } from '@claude-codex/contracts/provider';
import type { TaskRelatedEvent, TaskRelatedType } from './task-related.ts';

/** Whether an event says that a task which was held back goes on. A new event does not compile without an answer. */
const GOES_ON: Readonly<Record<TaskRelatedType, boolean>> = {
  TaskCreated: false,
  TaskDescribed: false,
  TaskPrioritised: false,
  TaskLabelled: false,
  TaskQueued: true,
  TaskStarted: true,
  TaskHeldBack: false,
  TaskPaused: true,
  TaskResumed: true,
  TaskCancelled: true,
  TaskFailed: true,
  TaskRetried: true,
  TaskCompleted: true,
  TaskDeleted: true,
  AttemptStarted: true,
  AttemptCompleted: true,
  AttemptRefused: true,
  AttemptAnswered: false,
  PhaseApproved: true,
  AttemptReworkRequested: true,
  AttemptChosen: true,
  AttemptSetAside: false,
  AttemptRoundsExhausted: true,
  AttemptRoundsGranted: true,
  PhaseReopened: true,

  InstanceQueued: true,
  InstanceStarting: true,
  InstanceStarted: true,
  InstanceAttached: true,
  InstancePaused: true,
  InstanceResumed: true,
  // It has its own words, and what held it back before may be what ended it.
  InstanceLost: false,
  InstanceFailed: true,
  InstanceStopped: true,
  InstanceCompleted: true,
  ProgressReported: true,
  PhaseSubmitted: true,
  TurnEnded: true,
  CheckpointSaved: true,
  // Of what was said before, by whoever found it.
  JournalKept: false,
  ErrorReported: false,
  ProtocolWarningRaised: false,
  FeedbackSent: false,
  MessageSent: false,
  MessageCancelled: false,
  MessageDelivered: true,

  QuestionAsked: true,
  QuestionAnswered: false,
  AnswerDelivered: true,
  QuestionWithdrawn: false,
  DependencyRequested: true,
  DependencyProvided: false,
  DependencyDeclined: false,
  DependencyValueLost: false,
  DependencyDelivered: true,

  ReviewCreated: true,
  ReviewCommented: false,
  ReviewCommentEdited: false,
  ReviewCommentRemoved: false,
  DocumentRevised: false,
  FileMarkedReviewed: false,
  ReviewApproved: true,
  ReviewChangesRequested: true,
  ReviewRejected: true,
  ReviewWithdrawn: true,
  ReviewThreadBegun: false,

  // Of what is said about the work, none moves it.
  ThreadOpened: false,
  ThreadReplied: false,
  ThreadResolved: false,
  ThreadUnresolved: false,
  ThreadMoved: false,
  ThreadLinked: false,
  ThreadAligned: false,
  ThreadNotSent: false,
  ThreadSendRequested: false,

  // What else is to be done stands beside the work.
  IssuesProposed: false,
  IssuesAccepted: false,
  IssuesDeclined: false,
  IssueOpened: false,
  IssueRefused: false,

  PullRequestOpened: true,
  PullRequestMergeRequested: true,
  PullRequestUpdateRequested: true,
  PullRequestUpdated: true,
  PullRequestMergeTakenBack: true,
  PullRequestMerged: true,
  PullRequestMergeFailed: true,
  PullRequestClosed: true,
  PullRequestPublished: true,
  PullRequestPublishFailed: true,
  PullRequestPublishRequested: true,
  PullRequestChecked: false,
  PullRequestJudged: false,
  PullRequestReviewed: false,
  PullRequestCommented: false,
  PullRequestFollowThroughStopped: false,
  PullRequestWithdrawn: false,
  PullRequestEdited: false,
  PullRequestReopened: true,

  ModelCallSettled: false,
  ToolCalled: false,
  RateLimitHit: false,
};

/** An agent that is there, or has read something, says nothing of the provider it waits for. */
const WITHOUT_PROVIDER: ReadonlySet<TaskRelatedType> = new Set([
  'InstanceQueued',
  'InstanceStarting',
  'InstanceStarted',
  'InstanceAttached',
  'ProgressReported',
  'CheckpointSaved',
  'MessageDelivered',
  'AnswerDelivered',
  'DependencyDelivered',
] satisfies TaskRelatedType[]);

/** Whether what held a task back for this cause holds it no more after the event. */
export function endsHold(cause: HoldCause, event: TaskRelatedEvent): boolean {
  const ofProvider = ProviderCause.safeParse(cause).success;
  if (event.type === 'ModelCallSettled') return ofProvider && event.data.status >= 200 && event.data.status < 300;
  // A start that is tried again says nothing of what kept the one before: an agent that is there does.
  if (event.type === 'InstanceStarting' && OurCause.safeParse(cause).success) return false;
  return GOES_ON[event.type] && !(ofProvider && WITHOUT_PROVIDER.has(event.type));
}

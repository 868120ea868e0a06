import type { HoldCause } from '@claude-codex/contracts';
import type { TaskRelatedType } from './facts.ts';

/** Whether an event says that a task which was held back goes on. A new event does not compile without an answer. */
export const GOES_ON: Readonly<Record<TaskRelatedType, boolean>> = {
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
  PhaseStarted: true,
  PhaseCompleted: true,
  PhaseCompletionRefused: true,
  PhaseApproved: true,
  PhaseReworkRequested: true,
  PhaseRoundsExhausted: true,
  PhaseRoundsGranted: true,
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

  PullRequestOpened: true,
  PullRequestMergeRequested: true,
  PullRequestUpdateRequested: true,
  PullRequestUpdated: true,
  PullRequestMerged: true,
  PullRequestMergeFailed: true,
  PullRequestClosed: true,

  ModelCallSettled: false,
  ToolCalled: false,
  RateLimitHit: false,
};

/** Asked again all the time, so that nobody has to say that it was put right. */
const GOES_ON_ITSELF = 'It is asked again every few seconds; work goes on by itself.';

/** What a person can do about it. Everything but a mistake of ours goes on by itself once the cause is gone. */
const REMEDY: Readonly<Record<HoldCause, string>> = {
  egress_away: 'Start the egress service again; work goes on by itself.',
  engine_away: 'Start the container engine again; work goes on by itself.',
  disk_full: 'Free some space on the disk of the data directory; work goes on by itself.',
  source_away: 'See that the repository can be reached; work goes on by itself.',
  start_failed: 'See the log of the agent manager; it is tried again until it starts.',
  no_room: 'It starts by itself as soon as an agent has finished.',
  places_kept: 'Answer or review what waits, or allow more agents with CODEX_MAX_AGENTS.',
  collection_failed:
    'Tell the agent what to change, or cancel the task; taking the work in is tried again until it succeeds.',
  model_credential_refused: `Set another ANTHROPIC_API_KEY or ANTHROPIC_AUTH_TOKEN and start the server again. ${GOES_ON_ITSELF}`,
  model_no_credit: `Add credit to the account at the provider, or set another credential. ${GOES_ON_ITSELF}`,
  model_not_allowed: `Let this credential use the model, or set another one. ${GOES_ON_ITSELF}`,
  model_unknown: `Cancel the task and start it with another model, or see that ANTHROPIC_BASE_URL knows this one. ${GOES_ON_ITSELF}`,
  model_address_wrong: `Look at ANTHROPIC_BASE_URL and at the proxy settings. ${GOES_ON_ITSELF}`,
  model_limit: 'Nothing has to be done: work goes on when the limit ends.',
  model_overloaded: 'Nothing has to be done: the provider is asked again until it answers.',
  model_failing: 'Nothing has to be done: the provider is asked again until it answers.',
  model_unreachable: `See that the server reaches the provider. ${GOES_ON_ITSELF}`,
  model_silent: `See whether the provider has an outage. ${GOES_ON_ITSELF}`,
  no_next_step: 'Cancel the task and retry it, and send us the output of npm run doctor.',
};

export function remedyOf(cause: HoldCause): string {
  return REMEDY[cause];
}

import type { DependencyState } from '../dependency/index.ts';
import { isInstanceEnded, type KnownInstance } from '../instance/index.ts';
import type { PullRequestState } from '../pull-request/index.ts';
import type { QuestionState } from '../question/index.ts';
import type { ReviewState } from '../review/index.ts';
import { type AttemptState, currentPhase, type TaskState } from '../task/index.ts';
import {
  ENDED,
  MINUTE_MS,
  mostUrgent,
  type NextStep,
  none,
  onPerson,
  onService,
  type SignOfLife,
  scheduled,
  waiting,
  working,
} from './steps.ts';

/** What is known of a task when its next step is asked for. Times are in ms since 1970. */
export interface StepFacts {
  readonly task: Exclude<TaskState, { status: 'none' }>;
  readonly heldBack: { readonly cause: string; readonly detail: string } | null;
  /** Those under way at the current phase. */
  readonly attempts: readonly AttemptFacts[];
  /** The newest change request. */
  readonly pullRequest: PullRequestState['status'];
  /** When something of the task happened last, by the log. */
  readonly movedAt: number;
}

/** What is known of one attempt. */
export interface AttemptFacts {
  readonly attempt: AttemptState;
  /** Its agent; null when it is not there. */
  readonly instance: KnownInstance | null;
  /** What that agent asked for and has not got. */
  readonly questions: readonly QuestionState[];
  readonly dependencies: readonly DependencyState[];
  readonly review: ReviewState['status'];
  /** When a lost agent is started again. */
  readonly restartAt: number | null;
  /** From whoever runs the agent; null where only the log is known. */
  readonly sign: SignOfLife | null;
}

/** Preparing a large checkout, running a long check, pushing through a slow line: longer than any other step of ours. */
const LONG_STEP_MS = 20 * MINUTE_MS;

/**
 * Who or what goes on with a task, by name. There is always somebody: a state for which this gives `none` is a mistake of
 * ours (I10), found by a walk through random histories and, on a live server, by the watchdog and `npm run doctor`.
 */
export function nextStep(facts: StepFacts): NextStep {
  const { task } = facts;
  switch (task.status) {
    case 'completed':
    case 'cancelled':
    case 'deleted':
      return ENDED;
    case 'draft':
      return onPerson('starts it', facts.movedAt);
    case 'failed':
      return onPerson('retries it, or leaves it', facts.movedAt);
    case 'paused':
      return onPerson('resumes it', facts.movedAt);
    case 'queued':
    case 'running':
      return ofWork(facts);
  }
}

function ofWork(facts: StepFacts): NextStep {
  const { task, heldBack, movedAt } = facts;
  if (heldBack !== null) return waiting(heldBack.cause, heldBack.detail, movedAt);
  const phase = currentPhase(task);
  if (phase === null) return ofMerge(facts);
  if (phase.status === 'approved') return none('the phase under way is approved');
  if (phase.status === 'pending') return onService('task-flow', `starts the phase ${phase.definition.name}`, movedAt);
  const steps = facts.attempts.map((attempt) => ofAttempt({ ...attempt, movedAt }));
  return mostUrgent(steps) ?? none('nobody is at work on the phase under way');
}

type Facts = AttemptFacts & Pick<StepFacts, 'movedAt'>;

function ofAttempt(facts: Facts): NextStep {
  const { attempt, movedAt } = facts;
  switch (attempt.status) {
    case 'in_review':
      return ofReview(facts);
    case 'exhausted':
      return onPerson('decides about more rounds', movedAt);
    case 'running':
    case 'rework':
      return ofAgent(facts);
    case 'approved':
    case 'set_aside':
      return none('an attempt that is over counts as under way');
  }
}

function ofReview({ attempt, review, movedAt }: Facts): NextStep {
  if (attempt.reviewId === null) return onService('task-flow', 'approves a phase without a gate', movedAt);
  switch (review) {
    case 'open':
      return onPerson('reviews it', movedAt);
    case 'approved':
    case 'changes_requested':
    case 'rejected':
      return onService('task-flow', 'does what the review decided', movedAt);
    // Appended together with the end of the phase, right behind it.
    case 'none':
      return onService('task-flow', 'has its review', movedAt);
    // Only withdrawn together with its task.
    case 'withdrawn':
      return none('the phase waits for a review that nobody can give');
  }
}

function ofMerge({ pullRequest, movedAt }: StepFacts): NextStep {
  switch (pullRequest) {
    case 'publishing':
      return onService('github-sync', 'opens the change at its forge', movedAt, LONG_STEP_MS);
    case 'unpublished':
      return onPerson('has the change opened at its forge again, or closes it', movedAt);
    case 'open':
      return onPerson('merges the change', movedAt);
    case 'merging':
      return onService('git', 'merges the change', movedAt, LONG_STEP_MS);
    case 'updating':
      return onService('git', 'brings the base into the change', movedAt, LONG_STEP_MS);
    case 'none':
      return onService('task-flow', 'opens a change request or completes the task', movedAt);
    case 'merged':
    case 'closed':
      return onService('task-flow', 'ends the task', movedAt);
  }
}

function ofAgent(facts: Facts): NextStep {
  const { instance, movedAt } = facts;
  if (instance === null || isInstanceEnded(instance))
    return onService('task-flow', 'sees that its agent ended', movedAt);
  if (instance.paused) return onService('task-flow', 'lets its agent go on', movedAt);
  return ofRequests(facts) ?? ofEpoch(facts, instance);
}

/** What the agent asked for, while it cannot go on without it. */
function ofRequests({ questions, dependencies, movedAt }: Facts): NextStep | null {
  if (questions.some(({ status }) => status === 'open')) return onPerson('answers a question', movedAt);
  const needed = dependencies.some((dependency) => dependency.status === 'open' && dependency.requested.required);
  return needed ? onPerson('provides a value', movedAt) : null;
}

function ofEpoch(facts: Facts, instance: KnownInstance): NextStep {
  const { movedAt, restartAt, sign } = facts;
  switch (instance.status) {
    case 'queued':
      return onService('agent-manager', 'starts the agent, or says what it waits for', movedAt);
    case 'starting':
      return onService('agent-manager', 'starts the agent', movedAt, LONG_STEP_MS);
    case 'lost':
      return restartAt === null
        ? none('its agent is gone and nobody starts it again')
        : scheduled('the agent is started again', restartAt);
    case 'running':
      break;
    case 'completed':
    case 'failed':
    case 'stopped':
      return onService('task-flow', 'sees that its agent ended', movedAt);
  }
  if (sign === null) return working(movedAt, null);
  if (sign.busy || sign.concludes) return working(movedAt, sign.at);
  if (instance.pending.length > 0) return onService('agent-manager', 'gives the agent a message', movedAt);
  const { questions, dependencies } = facts;
  const told = [...questions, ...dependencies].some((asked) => 'delivered' in asked && !asked.delivered);
  if (told) return onService('agent-manager', 'gives the agent what it asked for', movedAt);
  // An optional value it ended its turn for.
  if (dependencies.some(({ status }) => status === 'open')) return onPerson('provides a value', movedAt);
  return none('its turn is over, and nothing was made of it');
}

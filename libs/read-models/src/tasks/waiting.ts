import type {
  DependencyView,
  IssueProposalView,
  PhaseView,
  PullRequestView,
  QuestionView,
  ReviewView,
  TaskView,
} from '@claude-codex/contracts';

/** What of a task waits for a person: the facts behind its state, its next action and its attention items. */
export interface Waiting {
  questions: readonly QuestionView[];
  dependencies: readonly DependencyView[];
  reviews: readonly ReviewView[];
  /** The change is approved and can be merged. */
  merge: PullRequestView | null;
  /** Phases whose rounds are used up, as each attempt stands at it. */
  rounds: readonly UsedUp[];
  failed: boolean;
  /** Something that does not get better by itself, or not soon, keeps it waiting. */
  held: TaskView['held'];
  /** Issues nobody decided about, or that the forge did not take. The work does not wait for them. */
  proposals: readonly IssueProposalView[];
}

export type UsedUp = Pick<PhaseView, 'title' | 'round' | 'instanceId' | 'reviewId'>;

const NOTHING: Waiting = {
  questions: [],
  dependencies: [],
  reviews: [],
  merge: null,
  rounds: [],
  failed: false,
  held: null,
  proposals: [],
};
const FAILED: Waiting = { ...NOTHING, failed: true };
/** An ended instance hears no answer; what it asked is asked again by the next one. */
const DEAF = new Set(['completed', 'failed', 'stopped']);

export function waitingOf(view: TaskView): Waiting {
  const { state, pullRequest } = view;
  const proposals = view.issueProposals.filter(
    ({ status, issues }) =>
      status === 'open' || (status === 'accepted' && issues.some((issue) => issue.status === 'refused')),
  );
  if (state === 'failed') return { ...FAILED, proposals };
  // What a plan led to is decided when it is approved and its task is over.
  if (state === 'completed') return { ...NOTHING, proposals };
  if (state === 'cancelled' || state === 'draft') return NOTHING;

  return {
    questions: view.questions.filter(({ status, instanceId }) => status === 'open' && hears(view, instanceId)),
    dependencies: view.dependencies.filter(
      ({ status, instanceId }) => status === 'open' && hears(view, instanceId) && !isInReview(view, instanceId),
    ),
    reviews: view.reviews.filter(({ status }) => status === 'open'),
    merge: pullRequest?.status === 'open' || pullRequest?.status === 'unpublished' ? pullRequest : null,
    rounds: view.phaseDetails.flatMap(exhaustedIn),
    failed: false,
    held: view.held?.needsPerson === true ? view.held : null,
    proposals,
  };
}

/** Of several attempts some may wait for a decision while others go on. */
function exhaustedIn(phase: PhaseView): UsedUp[] {
  const { title, status } = phase;
  const attempts = (phase.attempts as PhaseView['attempts'] | undefined) ?? [];
  const exhausted = attempts.filter((attempt) => attempt.status === 'exhausted');
  if (exhausted.length > 0) return exhausted.map((attempt) => ({ title, ...attempt }));
  // Rows that an earlier release wrote list no attempts.
  return status === 'exhausted' ? [phase] : [];
}

/** It handed over its work without the value it had asked for: the review is what waits now. */
function isInReview(view: TaskView, instanceId: string): boolean {
  return view.reviews.some((review) => review.status === 'open' && review.instanceId === instanceId);
}

/** Whether an instance may still be told something. */
export function hears(view: TaskView, instanceId: string): boolean {
  const instance = view.instances.find(({ id }) => id === instanceId);
  return instance === undefined || !DEAF.has(instance.state);
}

export function waitingItems(waiting: Waiting): number {
  const { questions, dependencies, reviews, merge, rounds, failed, held, proposals } = waiting;
  const single = [merge !== null, failed, held !== null].filter(Boolean).length;
  return questions.length + dependencies.length + reviews.length + rounds.length + proposals.length + single;
}

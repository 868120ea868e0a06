import type { InstanceView, TaskView } from '@claude-codex/contracts';
import { FORGES } from '@claude-codex/contracts/forge';
import { heldBack } from '@claude-codex/contracts/held';
import { cutText } from '@claude-codex/contracts/text';
import type { UsedUp, Waiting } from './waiting.ts';

const LONGEST = 140;

/** What happens with a task now, in one line a person understands without knowing how it works inside. */
export function activityOf(view: TaskView, waiting: Waiting, current: InstanceView | null): string {
  return oneLine(words(view, waiting, current));
}

function words(view: TaskView, waiting: Waiting, current: InstanceView | null): string {
  const held = heldBack(view);
  if (held !== null) return `Waits: ${held.detail}`;
  switch (view.state) {
    case 'draft':
      return 'Not started yet';
    case 'queued':
      return 'Waiting to start';
    case 'paused':
      return 'Paused';
    case 'needs_you':
      return needWords(waiting);
    case 'in_review':
      return reviewWords(view, waiting);
    case 'ready_to_merge':
    case 'merge_failed':
      return mergeWords(view);
    case 'merging':
      return busyWords(view);
    case 'completed':
      return view.pullRequest?.status === 'merged' ? `Merged into ${view.pullRequest.baseBranch}` : 'Completed';
    case 'failed':
      return view.problem === null ? 'Failed' : `Failed: ${view.problem.detail}`;
    case 'cancelled':
      return view.problem === null ? 'Cancelled' : `Cancelled: ${view.problem.detail}`;
    case 'working':
      return workWords(view, current);
  }
}

function busyWords({ pullRequest, baseBranch }: TaskView): string {
  if (pullRequest?.status === 'updating') return `Bringing ${baseBranch} in`;
  if (pullRequest?.status !== 'publishing') return `Merging into ${baseBranch}`;
  const { title, change } = FORGES[pullRequest.provider];
  return `Opening its ${change} on ${title}`;
}

function roundsWords({ title, round }: UsedUp): string {
  return `${title} was reviewed ${round} times: decide how it goes on`;
}

function requestWords({ questions, dependencies }: Waiting): string {
  const [question] = questions;
  if (question !== undefined)
    return questions.length === 1 ? `Asks: ${question.question}` : `Asks ${questions.length} questions`;
  const needed = dependencies.filter(({ required }) => required);
  return `Needs ${needed.map(({ name }) => name).join(', ')}`;
}

function needWords(waiting: Waiting): string {
  if (waiting.questions.length > 0 || waiting.dependencies.some(({ required }) => required))
    return requestWords(waiting);
  const [usedUp] = waiting.rounds;
  if (usedUp !== undefined) return roundsWords(usedUp);
  return waiting.merge?.stopped?.detail ?? requestWords(waiting);
}

function reviewWords(view: TaskView, { reviews }: Waiting): string {
  const review = reviews.at(-1);
  const title = view.phaseDetails.find(({ name }) => name === review?.phase)?.title ?? 'Work';
  const round = review !== undefined && review.round > 1 ? ` (round ${review.round})` : '';
  return `${title} is ready for review${round}`;
}

function mergeWords({ pullRequest, baseBranch }: TaskView): string {
  const problem = pullRequest?.problem ?? null;
  const conflicts = problem?.conflicts ?? [];
  if (conflicts.length > 0) return `Conflicts with ${baseBranch} in ${conflicts.join(', ')}`;
  if (pullRequest?.status === 'unpublished')
    return `Could not be opened on ${FORGES[pullRequest.provider].title}: ${problem?.detail}`;
  return problem === null ? `Ready to merge into ${baseBranch}` : `Could not merge: ${problem.detail}`;
}

function workWords(view: TaskView, current: InstanceView | null): string {
  if (view.pullRequest?.status === 'closed') return 'Its pull request was closed without merging';
  if (view.pullRequest?.status === 'merged') return `Merged into ${view.pullRequest.baseBranch}`;
  const phase = view.phaseDetails.find(({ name }) => name === view.currentPhase);
  if (phase === undefined) return 'Starting';
  if (phase.status === 'approved') return view.phaseDetails.at(-1) === phase ? 'Finishing' : 'Starting the next phase';
  return current === null ? phase.title : `${phase.title}: ${current.activity}`;
}

/** White space that is not one space between words. */
const UNEVEN = /[^\S ]| {2}|^ | $/;

function oneLine(text: string): string {
  const line = UNEVEN.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
  return line.length <= LONGEST ? line : `${cutText(line, LONGEST - 1).trimEnd()}…`;
}

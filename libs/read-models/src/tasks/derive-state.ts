import type {
  BoardColumn,
  InstanceView,
  InstanceViewState,
  NextAction,
  PullRequestView,
  TaskView,
  TaskViewState,
} from '@claude-codex/contracts';
import { activityOf } from './activity.ts';
import { standingOf } from './standing.ts';
import { type Waiting, waitingItems, waitingOf } from './waiting.ts';

/** Set by events of the task itself and left only by another one; every other state follows from facts. */
const DECLARED: ReadonlySet<TaskViewState> = new Set(['draft', 'queued', 'paused', 'completed', 'failed', 'cancelled']);

const COLUMN: Readonly<Record<TaskViewState, BoardColumn>> = {
  draft: 'queued',
  queued: 'queued',
  working: 'working',
  // It goes on where it was as soon as somebody says so: neither waiting for an answer nor finished.
  paused: 'working',
  needs_you: 'needs_you',
  failed: 'needs_you',
  in_review: 'in_review',
  ready_to_merge: 'ready_to_merge',
  merge_failed: 'needs_you',
  merging: 'ready_to_merge',
  completed: 'done',
  cancelled: 'done',
};

/**
 * Fills in what follows from the facts of a view: state, column, next action, words, counts. Changes `view` itself,
 * which must be nobody else's yet. `before` is the view of which it is a changed copy.
 */
export function fillDerived(view: TaskView, before: TaskView | null): TaskView {
  const waiting = waitingOf(view);
  view.state = stateOf(view, waiting);
  view.instances = withInstanceStates(view, waiting);
  view.standing = standingOf(view, before);
  view.column = COLUMN[view.state];
  view.nextAction = unlessSame(nextActionOf(view, waiting), before?.nextAction ?? null);
  const current = currentInstance(view);
  view.activity = activityOf(view, waiting, current);
  view.instanceName = current?.name ?? null;
  view.waitingItems = waitingItems(waiting);
  view.published = publishedOf(view.pullRequest, before?.published ?? null);
  if (view.phaseDetails !== before?.phaseDetails) {
    view.phases = view.phaseDetails.map(({ name, title, status }) => ({ name, title, status }));
  }
  view.additions = view.changes?.additions ?? 0;
  view.deletions = view.changes?.deletions ?? 0;
  return view;
}

/** Likewise the object of before when it says the same. */
function publishedOf(pullRequest: PullRequestView | null, before: TaskView['published']): TaskView['published'] {
  if (pullRequest === null || pullRequest.number === null || pullRequest.url === null) return null;
  const { number, url } = pullRequest;
  return before?.number === number && before.url === url ? before : { number, url };
}

/** The object of before when it says the same: only what changed is sent. */
function unlessSame(action: NextAction | null, before: NextAction | null): NextAction | null {
  return action?.kind === before?.kind && action?.targetId === before?.targetId ? before : action;
}

/** Something of ours is done with it, and nobody has to decide. */
const BUSY: ReadonlySet<PullRequestView['status'] | undefined> = new Set(['publishing', 'merging', 'updating']);

/** Merging wins, then what an agent cannot go on without, then what can be decided at leisure. */
export function stateOf(view: TaskView, waiting: Waiting): TaskViewState {
  if (DECLARED.has(view.state)) return view.state;
  if (BUSY.has(view.pullRequest?.status)) return 'merging';
  if (waiting.questions.length > 0) return 'needs_you';
  if (waiting.dependencies.some(({ required }) => required)) return 'needs_you';
  if (waiting.reviews.length > 0) return 'in_review';
  if (waiting.rounds.length > 0) return 'needs_you';
  if (waiting.merge !== null) return mergeState(waiting.merge);
  return 'working';
}

function mergeState({ problem, stopped }: PullRequestView): TaskViewState {
  if (problem !== null) return 'merge_failed';
  return stopped === null ? 'ready_to_merge' : 'needs_you';
}

export function nextActionOf(view: TaskView, waiting: Waiting): NextAction | null {
  switch (view.state) {
    case 'draft':
      return { kind: 'execute', targetId: view.id };
    case 'paused':
      return { kind: 'resume', targetId: view.id };
    case 'failed':
      return { kind: 'retry', targetId: view.id };
    case 'merging':
    case 'completed':
    case 'cancelled':
      return null;
    default:
      return waitingAction(waiting, view.id);
  }
}

function waitingAction(
  { questions, dependencies, reviews, merge, rounds }: Waiting,
  taskId: string,
): NextAction | null {
  const [question] = questions;
  if (question !== undefined) return { kind: 'answer', targetId: question.id };
  const dependency = dependencies.find(({ required }) => required);
  if (dependency !== undefined) return { kind: 'provide', targetId: dependency.id };
  // The newest, whose check its card shows.
  const review = reviews.at(-1);
  if (review !== undefined) return { kind: 'review', targetId: review.id };
  if (rounds.length > 0) return { kind: 'decide', targetId: taskId };
  if (merge !== null) return { kind: nextFor(merge), targetId: merge.id };
  const [optional] = dependencies;
  return optional === undefined ? null : { kind: 'provide', targetId: optional.id };
}

function nextFor({ status, problem, stopped }: PullRequestView): NextAction['kind'] {
  if (status === 'unpublished') return 'publish';
  // Merging again what conflicts would fail again.
  if ((problem?.conflicts.length ?? 0) > 0) return 'resolve';
  return problem === null && stopped !== null ? 'decide' : 'merge';
}

/** The instance of the current phase, else the newest. */
export function currentInstance(view: TaskView): InstanceView | null {
  const phase = view.phaseDetails.find(({ name }) => name === view.currentPhase);
  return view.instances.find(({ id }) => id === phase?.instanceId) ?? view.instances.at(-1) ?? null;
}

/** States a running instance shows instead of `running`; all other states are set by events of the instance. */
const SHOWN_WHILE_RUNNING: ReadonlySet<InstanceViewState> = new Set([
  'running',
  'waiting_input',
  'waiting_review',
  'pr_created',
  'pr_merged',
  'pr_closed',
]);

function withInstanceStates(view: TaskView, waiting: Waiting): InstanceView[] {
  let changed = false;
  const instances = view.instances.map((instance) => {
    if (!SHOWN_WHILE_RUNNING.has(instance.state)) return instance;
    const state = runningState(view, waiting, instance);
    if (state === instance.state) return instance;
    changed = true;
    return { ...instance, state };
  });
  // The same array when nothing changed: only changed instances are written.
  return changed ? instances : view.instances;
}

function runningState({ pullRequest }: TaskView, waiting: Waiting, { id, branch }: InstanceView): InstanceViewState {
  const isIts = ({ instanceId }: { instanceId: string }) => instanceId === id;
  if (waiting.questions.some(isIts) || waiting.dependencies.some(isIts)) return 'waiting_input';
  if (waiting.rounds.some(({ instanceId }) => instanceId === id)) return 'waiting_input';
  if (waiting.reviews.some(isIts)) return 'waiting_review';
  if (pullRequest?.branch !== branch) return 'running';
  if (pullRequest.status === 'merged') return 'pr_merged';
  return pullRequest.status === 'closed' ? 'pr_closed' : 'pr_created';
}

import type { BoardColumn, NextAction, PhaseStatus, TaskCard, TaskViewState } from '@claude-codex/contracts';
import { heldBack } from '@claude-codex/contracts/held';
import type { IconName } from '#lib/ui/icons.ts';

/** Five colours, each for one meaning, plus quiet for what needs nobody. */
export type Tone = 'quiet' | 'working' | 'needs' | 'review' | 'done' | 'failed';
export interface StateLook {
  readonly word: string;
  readonly icon: IconName;
  readonly tone: Tone;
}

const STATE_LOOK: Readonly<Record<TaskViewState, StateLook>> = {
  draft: { word: 'Draft', icon: 'draft', tone: 'quiet' },
  queued: { word: 'Queued', icon: 'clock', tone: 'quiet' },
  working: { word: 'Working', icon: 'working', tone: 'working' },
  needs_you: { word: 'Needs you', icon: 'hand', tone: 'needs' },
  in_review: { word: 'In review', icon: 'eye', tone: 'review' },
  ready_to_merge: { word: 'Ready to merge', icon: 'merge', tone: 'done' },
  merge_failed: { word: 'Cannot merge', icon: 'xCircle', tone: 'failed' },
  merging: { word: 'Merging', icon: 'merge', tone: 'working' },
  paused: { word: 'Paused', icon: 'pause', tone: 'quiet' },
  completed: { word: 'Done', icon: 'checkCircle', tone: 'done' },
  failed: { word: 'Failed', icon: 'xCircle', tone: 'failed' },
  cancelled: { word: 'Cancelled', icon: 'slash', tone: 'quiet' },
};

/** What decides how a task, its phases and its agents look: none of them may say more than the task does. */
export type TaskFacts = Pick<TaskCard, 'state' | 'held'>;

const WAITS: StateLook = { word: 'Waits', icon: 'clock', tone: 'quiet' };
const WAITS_FOR_SOMEBODY: StateLook = { word: 'Waits for somebody', icon: 'hand', tone: 'needs' };

/** A viewer is not the one who is waited for, and work that something holds back is not work that goes on. */
export function taskLook(task: TaskFacts, canEdit: boolean): StateLook {
  const held = heldBack(task);
  if (held?.needsPerson) return WAITS_FOR_SOMEBODY;
  if (held !== null && (task.state === 'working' || task.state === 'merging')) return WAITS;
  const look = STATE_LOOK[task.state];
  return task.state === 'needs_you' && !canEdit ? { ...look, word: 'Waits for an editor' } : look;
}

export const TONE_TEXT: Readonly<Record<Tone, string>> = {
  quiet: 'text-muted',
  working: 'text-working',
  needs: 'text-needs',
  review: 'text-review',
  done: 'text-done',
  failed: 'text-failed',
};
export const TONE_SOFT: Readonly<Record<Tone, string>> = {
  quiet: 'bg-hover text-text',
  working: 'bg-working-soft text-working',
  needs: 'bg-needs-soft text-needs',
  review: 'bg-review-soft text-review',
  done: 'bg-done-soft text-done',
  failed: 'bg-failed-soft text-failed',
};

export const COLUMNS: readonly { id: BoardColumn; title: string; empty: string; look: StateLook }[] = [
  { id: 'queued', title: 'Queued', empty: 'Tasks that wait for a free agent.', look: STATE_LOOK.queued },
  { id: 'working', title: 'Working', empty: 'Agents at work appear here.', look: STATE_LOOK.working },
  { id: 'needs_you', title: 'Needs you', empty: 'Nothing waits for an answer.', look: STATE_LOOK.needs_you },
  { id: 'in_review', title: 'In review', empty: 'Plans and changes to look at.', look: STATE_LOOK.in_review },
  {
    id: 'ready_to_merge',
    title: 'Ready to merge',
    empty: 'Approved work, one click away.',
    look: STATE_LOOK.ready_to_merge,
  },
  { id: 'done', title: 'Done', empty: 'Merged and finished tasks.', look: STATE_LOOK.completed },
];

export const ACTION_WORD: Readonly<Record<NextAction['kind'], string>> = {
  execute: 'Start',
  answer: 'Answer',
  provide: 'Provide value',
  review: 'Review',
  merge: 'Merge',
  publish: 'Try again',
  resolve: 'Resolve conflict',
  decide: 'Decide',
  retry: 'Retry',
  resume: 'Resume',
};

const PHASE_LOOK: Readonly<Record<PhaseStatus, StateLook>> = {
  pending: { word: 'not started', icon: 'draft', tone: 'quiet' },
  running: { word: 'running', icon: 'working', tone: 'working' },
  in_review: { word: 'in review', icon: 'eye', tone: 'review' },
  approved: { word: 'approved', icon: 'checkCircle', tone: 'done' },
  rework: { word: 'being reworked', icon: 'retry', tone: 'working' },
  exhausted: { word: 'rounds used up', icon: 'hand', tone: 'needs' },
};
const AT_WORK: ReadonlySet<PhaseStatus> = new Set(['running', 'rework']);

/** A phase keeps the status it had when its task stopped, paused or waits; what is shown must not say that it goes on. */
export function phaseLook(task: TaskFacts, phase: PhaseStatus): StateLook {
  const { state } = task;
  if (isEnded(state) && phase !== 'pending' && phase !== 'approved') {
    return { word: 'stopped', icon: 'slash', tone: 'quiet' };
  }
  if (state === 'paused' && AT_WORK.has(phase)) return { word: 'paused', icon: 'pause', tone: 'quiet' };
  if (state === 'queued' && AT_WORK.has(phase)) return { word: 'waiting to start', icon: 'clock', tone: 'quiet' };
  if (heldBack(task) !== null && AT_WORK.has(phase)) return { ...taskLook(task, true), word: 'waiting' };
  return PHASE_LOOK[phase];
}

export function isEnded(state: TaskViewState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

import type { TaskEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import {
  type AttemptState,
  attemptReviewedIn,
  attemptsUnderWay,
  attemptsWanted,
  isUnderWay,
  isWorking,
  leadingAttempt,
  type PhaseState,
  placeToTake,
} from './attempts.ts';
import type { TaskCommand } from './commands.ts';
import { missingEvidence } from './evidence.ts';
import { missingAtGate } from './gate.ts';
import { currentPhase, evolveTask, initialTask, isEnded, type TaskFacts, type TaskState } from './state.ts';

type KnownTask = Exclude<TaskState, { status: 'none' }>;

export function decideTask(command: TaskCommand, state: TaskState): TaskEvent[] {
  if (command.type === 'CreateTask') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'TaskCreated', data }] : [];
  }
  if (state.status === 'none' || state.status === 'deleted') return refuse('TASK_NOT_FOUND');
  switch (command.type) {
    case 'DescribeTask':
      if (command.title === state.title && command.description === state.description) return [];
      return [{ type: 'TaskDescribed', data: { title: command.title, description: command.description } }];
    case 'PrioritiseTask':
      if (command.priority === state.priority) return [];
      return [{ type: 'TaskPrioritised', data: { priority: command.priority } }];
    case 'LabelTask':
      return [{ type: 'TaskLabelled', data: { labels: command.labels } }];
    case 'ExecuteTask':
      if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
      if (state.status !== 'draft') refuse('TASK_ALREADY_STARTED', { status: state.status });
      return [{ type: 'TaskQueued', data: {} }];
    case 'MarkTaskStarted':
      return state.status === 'queued' ? [{ type: 'TaskStarted', data: {} }] : [];
    case 'HoldTaskBack': {
      const { type: _type, ...data } = command;
      return state.status === 'draft' || state.status === 'paused' || isEnded(state)
        ? []
        : [{ type: 'TaskHeldBack', data }];
    }
    case 'PauseTask':
      if (state.status === 'paused') return [];
      if (state.status !== 'queued' && state.status !== 'running') refuse('TASK_NOT_RUNNING', { status: state.status });
      return [{ type: 'TaskPaused', data: {} }];
    case 'ResumeTask':
      if (state.status !== 'paused') refuse('TASK_NOT_PAUSED', { status: state.status });
      return [{ type: 'TaskResumed', data: {} }];
    case 'CancelTask':
      if (state.status === 'cancelled') return [];
      if (state.status === 'completed') refuse('TASK_ENDED', { status: state.status });
      return [{ type: 'TaskCancelled', data: { reason: command.reason } }];
    case 'TakeUpTask':
      // With a phase under way it was started over meanwhile, and goes on with other work.
      return state.status === 'cancelled' && currentPhase(state) === null ? [{ type: 'TaskResumed', data: {} }] : [];
    case 'RetryTask':
      if (state.status !== 'failed' && state.status !== 'cancelled')
        refuse('TASK_NOT_FAILED', { status: state.status });
      return [{ type: 'TaskRetried', data: {} }, ...lastPhaseAgain(state)];
    case 'CompleteTask':
      // A merge that was under way while the task was cancelled has happened all the same.
      if (isEnded(state) && !(state.status === 'cancelled' && command.pullRequestId !== null)) return [];
      return [{ type: 'TaskCompleted', data: { pullRequestId: command.pullRequestId } }];
    case 'DeleteTask':
      if (!isEnded(state) && state.status !== 'draft') refuse('TASK_ALREADY_STARTED', { status: state.status });
      return [{ type: 'TaskDeleted', data: {} }];
    case 'NoteAnswer':
      return noteAnswer(command, state);
    case 'ChooseAttempt':
      return chooseAttempt(command.instanceId, state);
    case 'GiveUpAttempt':
      return giveUp(command, state);
    case 'StartAttempt':
    case 'CompleteAttempt':
    case 'ApprovePhase':
    case 'RequestRework':
      return decidePhase(command, state);
    case 'GrantRounds':
      return grantRounds(command, state);
    case 'ReopenPhase':
      return reopen(command, state);
    default:
      return unknownCommand(command);
  }
}

type PhaseCommand = Extract<
  TaskCommand,
  { type: 'StartAttempt' | 'CompleteAttempt' | 'ApprovePhase' | 'RequestRework' }
>;

function decidePhase(command: PhaseCommand, state: KnownTask): TaskEvent[] {
  if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
  const phase = phaseNamed(state, command.phase);
  switch (command.type) {
    case 'StartAttempt':
      return start(command, state, phase);
    case 'CompleteAttempt':
      return complete(command, phase);
    case 'ApprovePhase':
      return approve(command, phase);
    case 'RequestRework': {
      const attempt = inReview(phase, attemptReviewedIn(phase, command.reviewId));
      if (attempt.round < attempt.roundLimit) return [rework(phase, attempt, command.reviewId)];
      const { round, instanceId } = attempt;
      const data = { phase: command.phase, round, reviewId: command.reviewId, instanceId };
      return [{ type: 'AttemptRoundsExhausted', data }];
    }
    default:
      return unknownCommand(command);
  }
}

function start(
  { instanceId }: Extract<TaskCommand, { type: 'StartAttempt' }>,
  state: KnownTask,
  phase: PhaseState,
): TaskEvent[] {
  const { name, kind } = phase.definition;
  // The same phase with the same instance again is the same request; another instance takes over after a retry.
  if (phase.attempts.some((attempt) => attempt.instanceId === instanceId && attempt.status !== 'set_aside')) return [];
  if (currentPhase(state) !== phase) refuse('PHASE_NOT_RUNNING', { phase: name });
  const wanted = attemptsWanted(phase);
  if (wanted > 1 && attemptsUnderWay(phase).length >= wanted) return [];
  const round = Math.max(placeToTake(phase)?.round ?? 1, 1);
  return [{ type: 'AttemptStarted', data: { phase: name, round, kind, instanceId } }];
}

function complete(command: Extract<TaskCommand, { type: 'CompleteAttempt' }>, phase: PhaseState): TaskEvent[] {
  const { type: _type, missingDeliverables, objections = [], ...data } = command;
  const { round, instanceId } = command;
  const attempt = phase.attempts.find((other) => other.instanceId === instanceId);
  if (attempt === undefined || !isWorking(attempt) || attempt.round !== round) {
    const status = attempt?.status ?? phase.status;
    return refuse('PHASE_NOT_RUNNING', { phase: command.phase, round, status });
  }
  const reasons = missingEvidence(
    { ...attempt, definition: phase.definition },
    { ...data, missingDeliverables, objections },
  );
  if (reasons.length > 0) {
    return [{ type: 'AttemptRefused', data: { phase: command.phase, round, reasons, instanceId } }];
  }
  return [{ type: 'AttemptCompleted', data }];
}

/** The review of an attempt has what its gate asks for, or nobody reviews it: its work counts and the others are over. */
function approve(
  { reviewId, instanceId }: Extract<TaskCommand, { type: 'ApprovePhase' }>,
  phase: PhaseState,
): TaskEvent[] {
  if (phase.status === 'approved') return [];
  const attempt = phase.attempts.find((other) => other.instanceId === instanceId) ?? null;
  inReview(phase, attempt?.reviewId === reviewId ? attempt : null);
  requireGate(phase, attempt);
  const approved: TaskEvent = { type: 'PhaseApproved', data: { phase: phase.definition.name, reviewId, instanceId } };
  return [...setOthersAside(phase, instanceId), approved];
}

/** Refuses work that lacks what the gate asks for besides approvals (GATE_NOT_MET). */
export function requireGate({ definition }: Pick<PhaseState, 'definition'>, attempt: AttemptState | null): void {
  const missing = attempt === null ? null : missingAtGate(definition.gate, attempt);
  if (missing !== null) refuse('GATE_NOT_MET', { detail: missing });
}

function chooseAttempt(instanceId: string, state: KnownTask): TaskEvent[] {
  if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
  const phase = currentPhase(state);
  const attempt = phase?.attempts.find((other) => other.instanceId === instanceId);
  if (phase === null || attempt === undefined) return refuse('ATTEMPT_NOT_FOUND', { instanceId });
  if (phase.chosen === instanceId) return [];
  if (attempt.status === 'set_aside') refuse('ATTEMPT_SET_ASIDE');
  if (attempt.status !== 'in_review' && attempt.status !== 'exhausted') {
    return refuse('ATTEMPT_NOT_HANDED_OVER', { status: attempt.status });
  }
  const chosen: TaskEvent = { type: 'AttemptChosen', data: { phase: phase.definition.name, instanceId } };
  return [chosen, ...setOthersAside(phase, instanceId)];
}

/** What an attempt hears, and whoever reviewed it, when another one was kept. */
export const OTHER_KEPT = 'The work of another attempt was kept.';

function setOthersAside(phase: PhaseState, kept: string): TaskEvent[] {
  return attemptsUnderWay(phase)
    .filter(({ instanceId }) => instanceId !== kept)
    .map(({ instanceId }) => setAside(phase, instanceId, OTHER_KEPT));
}

function setAside({ definition }: PhaseState, instanceId: string, reason: string): TaskEvent {
  return { type: 'AttemptSetAside', data: { phase: definition.name, instanceId, reason } };
}

/** An attempt comes to nothing: the others go on, and without others its task fails. */
function giveUp(
  { instanceId, code, detail }: Extract<TaskCommand, { type: 'GiveUpAttempt' }>,
  state: KnownTask,
): TaskEvent[] {
  if (isEnded(state)) return [];
  const phase = state.phases.find(({ attempts }) =>
    attempts.some((attempt) => attempt.instanceId === instanceId && isUnderWay(attempt)),
  );
  // What was set aside, approved or waits to be started over has nobody at work: this is the end of an attempt before.
  if (phase === undefined) return [];
  const others = attemptsUnderWay(phase).filter((attempt) => attempt.instanceId !== instanceId);
  if (others.length > 0) return [setAside(phase, instanceId, detail)];
  return [{ type: 'TaskFailed', data: { code, detail, instanceId } }];
}

/** Also of a task that ended: it may be started over. An agent that no phase knows any more has had a successor. */
function noteAnswer(
  { instanceId, to, id }: Extract<TaskCommand, { type: 'NoteAnswer' }>,
  state: KnownTask,
): TaskEvent[] {
  const phase = state.phases.findLast((other) => isKnownTo(other, instanceId));
  return phase === undefined
    ? []
    : [{ type: 'AttemptAnswered', data: { phase: phase.definition.name, to, id, instanceId } }];
}

/** Whether an instance tries a phase, or nobody has taken its place yet. */
function isKnownTo(phase: PhaseState, instanceId: string): boolean {
  const lead = leadingAttempt(phase);
  return phase.attempts.some(
    (attempt) => attempt.instanceId === instanceId && (attempt.status !== 'set_aside' || attempt === lead),
  );
}

function rework({ definition }: PhaseState, { round, instanceId }: AttemptState, reviewId: string): TaskEvent {
  return {
    type: 'AttemptReworkRequested',
    data: { phase: definition.name, round: round + 1, reviewId, instanceId },
  };
}

function grantRounds(
  { rounds, instanceId }: Extract<TaskCommand, { type: 'GrantRounds' }>,
  state: KnownTask,
): TaskEvent[] {
  if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
  const phase = currentPhase(state);
  const attempt = phase?.attempts.find(
    (other) => other.status === 'exhausted' && (instanceId ?? other.instanceId) === other.instanceId,
  );
  if (phase === null || attempt === undefined || attempt.reviewId === null) return refuse('ROUNDS_NOT_EXHAUSTED');
  const data = { phase: phase.definition.name, rounds, instanceId: attempt.instanceId };
  return [{ type: 'AttemptRoundsGranted', data }, rework(phase, attempt, attempt.reviewId)];
}

function reopen(command: Extract<TaskCommand, { type: 'ReopenPhase' }>, state: KnownTask): TaskEvent[] {
  if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
  const last = state.phases.at(-1);
  if (last?.status !== 'approved') return refuse('PHASE_NOT_IN_REVIEW', { phase: last?.definition.name });
  const { reason, detail, conflicts, automatic = null } = command;
  return [{ type: 'PhaseReopened', data: { ...takenUp(last), reason, detail, conflicts, automatic } }];
}

const NOTHING_SAID = { detail: '', conflicts: [], automatic: null };

/** A retry always leads somewhere: with every phase approved there is none under way, so the last one starts again. */
function lastPhaseAgain(state: KnownTask): TaskEvent[] {
  const last = state.phases.at(-1);
  if (last === undefined || currentPhase(state) !== null) return [];
  return [{ type: 'PhaseReopened', data: { ...takenUp(last), reason: 'retry', ...NOTHING_SAID } }];
}

/** The next round of the work that was approved. */
function takenUp(phase: PhaseState): { phase: string; round: number; instanceId: string | null } {
  const kept = leadingAttempt(phase);
  return { phase: phase.definition.name, round: (kept?.round ?? 0) + 1, instanceId: kept?.instanceId ?? null };
}

function phaseNamed(state: TaskFacts, name: string): PhaseState {
  return (
    state.phases.find((phase) => phase.definition.name === name) ??
    refuse('PHASE_NOT_RUNNING', { phase: name, known: state.phases.map((phase) => phase.definition.name) })
  );
}

function inReview(phase: PhaseState, attempt: AttemptState | null): AttemptState {
  if (attempt?.status === 'in_review') return attempt;
  return refuse('PHASE_NOT_IN_REVIEW', { phase: phase.definition.name, status: attempt?.status ?? phase.status });
}

export const taskDecider: Decider<TaskState, TaskCommand, TaskEvent> = {
  initialState: initialTask,
  evolve: evolveTask,
  decide: decideTask,
};

import type { TaskEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import type { TaskCommand } from './commands.ts';
import { missingEvidence } from './evidence.ts';
import {
  currentPhase,
  evolveTask,
  initialTask,
  isEnded,
  type PhaseState,
  type TaskFacts,
  type TaskState,
} from './state.ts';

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
    case 'FailTask':
      if (isEnded(state)) return [];
      return [
        { type: 'TaskFailed', data: { code: command.code, detail: command.detail, instanceId: command.instanceId } },
      ];
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
    case 'StartPhase':
    case 'CompletePhase':
    case 'ApprovePhase':
    case 'RequestRework':
      return decidePhase(command, state);
    case 'GrantRounds':
      return grantRounds(command.rounds, state);
    case 'ReopenPhase':
      return reopen(command, state);
    default:
      return unknownCommand(command);
  }
}

type PhaseCommand = Extract<TaskCommand, { type: 'StartPhase' | 'CompletePhase' | 'ApprovePhase' | 'RequestRework' }>;

function decidePhase(command: PhaseCommand, state: KnownTask): TaskEvent[] {
  if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
  const phase = phaseNamed(state, command.phase);
  switch (command.type) {
    case 'StartPhase': {
      // The same phase with the same instance again is the same request; another instance takes over after a retry.
      if (phase.status !== 'pending' && phase.instanceId === command.instanceId) return [];
      if (currentPhase(state) !== phase) refuse('PHASE_NOT_RUNNING', { phase: command.phase });
      const round = Math.max(phase.round, 1);
      const { name, kind } = phase.definition;
      return [{ type: 'AttemptStarted', data: { phase: name, round, kind, instanceId: command.instanceId } }];
    }
    case 'CompletePhase': {
      const { type: _type, missingDeliverables, objections = [], ...data } = command;
      const working = phase.status === 'running' || phase.status === 'rework';
      if (!working || phase.instanceId !== command.instanceId || phase.round !== command.round) {
        return refuse('PHASE_NOT_RUNNING', { phase: command.phase, round: command.round, status: phase.status });
      }
      const reasons = missingEvidence(phase, { ...data, missingDeliverables, objections });
      if (reasons.length > 0) {
        return [
          {
            type: 'AttemptRefused',
            data: { phase: command.phase, round: command.round, reasons, instanceId: phase.instanceId },
          },
        ];
      }
      return [{ type: 'AttemptCompleted', data }];
    }
    case 'ApprovePhase':
      if (phase.status === 'approved') return [];
      requireReview(phase, command.reviewId);
      return [
        {
          type: 'PhaseApproved',
          data: { phase: command.phase, reviewId: command.reviewId, instanceId: phase.instanceId },
        },
      ];
    case 'RequestRework':
      requireReview(phase, command.reviewId);
      return phase.round < phase.roundLimit
        ? [rework(phase, command.reviewId)]
        : [
            {
              type: 'AttemptRoundsExhausted',
              data: {
                phase: command.phase,
                round: phase.round,
                reviewId: command.reviewId,
                instanceId: phase.instanceId,
              },
            },
          ];
    default:
      return unknownCommand(command);
  }
}

/** Also of a task that ended: it may be started over. An agent that no phase knows any more has had a successor. */
function noteAnswer(
  { instanceId, to, id }: Extract<TaskCommand, { type: 'NoteAnswer' }>,
  state: KnownTask,
): TaskEvent[] {
  const phase = state.phases.findLast((other) => other.instanceId === instanceId);
  return phase === undefined
    ? []
    : [{ type: 'AttemptAnswered', data: { phase: phase.definition.name, to, id, instanceId } }];
}

function rework(phase: PhaseState, reviewId: string): TaskEvent {
  return {
    type: 'AttemptReworkRequested',
    data: { phase: phase.definition.name, round: phase.round + 1, reviewId, instanceId: phase.instanceId },
  };
}

function grantRounds(rounds: number, state: KnownTask): TaskEvent[] {
  if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
  const phase = currentPhase(state);
  if (phase?.status !== 'exhausted' || phase.reviewId === null) return refuse('ROUNDS_NOT_EXHAUSTED');
  return [
    { type: 'AttemptRoundsGranted', data: { phase: phase.definition.name, rounds, instanceId: phase.instanceId } },
    rework(phase, phase.reviewId),
  ];
}

function reopen(command: Extract<TaskCommand, { type: 'ReopenPhase' }>, state: KnownTask): TaskEvent[] {
  if (isEnded(state)) refuse('TASK_ENDED', { status: state.status });
  const last = state.phases.at(-1);
  if (last?.status !== 'approved') return refuse('PHASE_NOT_IN_REVIEW', { phase: last?.definition.name });
  const { reason, detail, conflicts } = command;
  const data = { phase: last.definition.name, round: last.round + 1, instanceId: last.instanceId };
  return [{ type: 'PhaseReopened', data: { ...data, reason, detail, conflicts } }];
}

/** A retry always leads somewhere: with every phase approved there is none under way, so the last one starts again. */
function lastPhaseAgain(state: KnownTask): TaskEvent[] {
  const last = state.phases.at(-1);
  if (last === undefined || currentPhase(state) !== null) return [];
  const data = {
    phase: last.definition.name,
    round: last.round + 1,
    instanceId: last.instanceId,
    reason: 'retry' as const,
  };
  return [{ type: 'PhaseReopened', data: { ...data, detail: '', conflicts: [] } }];
}

function phaseNamed(state: TaskFacts, name: string): PhaseState {
  return (
    state.phases.find((phase) => phase.definition.name === name) ??
    refuse('PHASE_NOT_RUNNING', { phase: name, known: state.phases.map((phase) => phase.definition.name) })
  );
}

function requireReview(phase: PhaseState, reviewId: string | null): void {
  if (phase.status !== 'in_review' || phase.reviewId !== reviewId) {
    refuse('PHASE_NOT_IN_REVIEW', { phase: phase.definition.name, status: phase.status });
  }
}

export const taskDecider: Decider<TaskState, TaskCommand, TaskEvent> = {
  initialState: initialTask,
  evolve: evolveTask,
  decide: decideTask,
};

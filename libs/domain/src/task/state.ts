import type { EventData, TaskEvent } from '@claude-codex/contracts/events';
import type { Deliverable, Priority } from '@claude-codex/contracts/task/events';
import type { CheckVerdict, PhaseStatus } from '@claude-codex/contracts/task/phase';
import type { PhaseDefinition, WorkflowDefinition } from '@claude-codex/contracts/task/workflow';
import type { AgentKind } from '@claude-codex/contracts/worker/protocol';
import { skipUnknown } from '@claude-codex/eventing/decider';
import { checkVerdict } from './check-verdict.ts';

export interface PhaseState {
  definition: PhaseDefinition;
  status: PhaseStatus;
  /** 0 until it started, then counts the rounds of work. */
  round: number;
  instanceId: string | null;
  reviewId: string | null;
  deliverables: readonly Deliverable[];
  headSha: string | null;
  /** Why hand-overs were refused in this round: what the agent was told once it is not told again. */
  told: readonly string[];
  /** A review that asks for changes in this round or later has a person decide how to go on. */
  roundLimit: number;
  /** What the check said about the work handed over last. */
  check: CheckVerdict | null;
  /** Why the work was taken up again; an agent that is new to it has to know. Null in the usual case. */
  reopened: Pick<EventData<'PhaseReopened'>, 'reason' | 'detail' | 'conflicts'> | null;
}

export interface TaskFacts {
  number: number;
  title: string;
  description: string;
  priority: Priority;
  labels: readonly string[];
  repositoryId: string;
  baseBranch: string;
  model: string | null;
  workflow: WorkflowDefinition;
  phases: readonly PhaseState[];
  /** Instances queued so far, by kind: the next one's agent number. */
  attempts: Readonly<Partial<Record<AgentKind, number>>>;
}

export type TaskState =
  | { status: 'none' }
  | ({
      status: 'draft' | 'queued' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled' | 'deleted';
    } & TaskFacts);

export const initialTask: TaskState = { status: 'none' };

const ENDED = new Set(['completed', 'failed', 'cancelled', 'deleted']);

export function isEnded(state: TaskState): boolean {
  return ENDED.has(state.status);
}

/** The phase under way: the first that is not approved; null when all are. */
export function currentPhase(state: TaskFacts): PhaseState | null {
  return state.phases.find((phase) => phase.status !== 'approved') ?? null;
}

export function evolveTask(state: TaskState, event: TaskEvent): TaskState {
  if (event.type === 'TaskCreated') return created(event.data);
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'TaskDescribed':
    case 'TaskPrioritised':
    case 'TaskLabelled':
      return { ...state, ...event.data };
    case 'TaskQueued':
      return { ...state, status: 'queued' };
    case 'TaskRetried':
      return { ...startedOver(state), status: 'queued' };
    case 'TaskStarted':
    case 'TaskResumed':
      return { ...state, status: 'running' };
    case 'TaskHeldBack':
    case 'AttemptAnswered':
      return state;
    case 'TaskPaused':
      return { ...state, status: 'paused' };
    case 'TaskCancelled':
      return { ...state, status: 'cancelled' };
    case 'TaskFailed':
      return { ...state, status: 'failed' };
    case 'TaskCompleted':
      return { ...state, status: 'completed' };
    case 'TaskDeleted':
      return { ...state, status: 'deleted' };
    case 'AttemptStarted': {
      const { phase, round, instanceId, kind } = event.data;
      const fresh = !state.phases.some((other) => other.instanceId === instanceId);
      const attempts = fresh ? { ...state.attempts, [kind]: (state.attempts[kind] ?? 0) + 1 } : state.attempts;
      return {
        ...withPhase(state, phase, { status: 'running', round, instanceId, reviewId: null, told: [] }),
        attempts,
      };
    }
    case 'AttemptCompleted': {
      const { phase, reviewId, deliverables, changes, evidence } = event.data;
      const headSha = changes?.headSha ?? null;
      const check = checkVerdict(changes, evidence);
      return withPhase(state, phase, { status: 'in_review', reviewId, deliverables, headSha, check });
    }
    case 'PhaseApproved':
      return withPhase(state, event.data.phase, { status: 'approved', reopened: null });
    case 'AttemptReworkRequested':
      return withPhase(state, event.data.phase, {
        status: 'rework',
        round: event.data.round,
        reviewId: null,
        told: [],
      });
    case 'AttemptRoundsExhausted':
      return withPhase(state, event.data.phase, { status: 'exhausted' });
    case 'AttemptRoundsGranted': {
      const phase = state.phases.find(({ definition }) => definition.name === event.data.phase);
      return withPhase(state, event.data.phase, { roundLimit: (phase?.round ?? 0) + event.data.rounds });
    }
    case 'PhaseReopened': {
      const { phase, round, instanceId: _instanceId, ...reopened } = event.data;
      const status = reopened.reason === 'retry' ? 'pending' : 'rework';
      const change = { status, round, reviewId: null, told: [], reopened } as const;
      const before = state.phases.find(({ definition }) => definition.name === phase)?.roundLimit ?? 0;
      return withPhase(state, phase, { ...change, roundLimit: Math.max(round, before) });
    }
    case 'AttemptRefused': {
      const { phase: name, reasons } = event.data;
      const before = state.phases.find((phase) => phase.definition.name === name)?.told ?? [];
      return withPhase(state, name, { told: [...before, ...reasons.filter((reason) => !before.includes(reason))] });
    }
    default:
      return skipUnknown(event, state);
  }
}

function created(data: Extract<TaskEvent, { type: 'TaskCreated' }>['data']): TaskState {
  const { taskType: _taskType, ...facts } = data;
  const phases = data.workflow.phases.map(
    (definition): PhaseState => ({
      definition,
      status: 'pending',
      round: 0,
      instanceId: null,
      reviewId: null,
      deliverables: [],
      headSha: null,
      told: [],
      roundLimit: data.workflow.maxRounds,
      check: null,
      reopened: null,
    }),
  );
  return { status: 'draft', ...facts, phases, attempts: {} };
}

/**
 * The phase under way waits for another agent. Whose it was stays known, so that it can be stopped; but what is heard
 * of that agent from now on, its end as well as its work, belongs to the attempt before.
 */
function startedOver<State extends TaskFacts>(state: State): State {
  const phase = currentPhase(state);
  return phase === null ? state : withPhase(state, phase.definition.name, { status: 'pending' });
}

function withPhase<State extends TaskFacts>(state: State, name: string, change: Partial<PhaseState>): State {
  const phases = state.phases.map((phase) => (phase.definition.name === name ? { ...phase, ...change } : phase));
  return { ...state, phases };
}

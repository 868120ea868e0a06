import type { TaskEvent } from '@claude-codex/contracts/events';
import type { AutomaticRound } from '@claude-codex/contracts/pull-request/follow-through';
import type { Priority, TaskOrigin } from '@claude-codex/contracts/task/events';
import type { WorkflowDefinition } from '@claude-codex/contracts/task/workflow';
import type { AgentKind } from '@claude-codex/contracts/worker/protocol';
import { skipUnknown } from '@claude-codex/eventing/decider';
import {
  type AttemptState,
  attemptNamed,
  changeAttempt,
  othersAside,
  type PhaseState,
  startAttempt,
} from './attempts.ts';
import { checkVerdict } from './check-verdict.ts';

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
  origin: TaskOrigin | null;
  phases: readonly PhaseState[];
  /** Instances queued so far, by kind: the next one's agent number. */
  agents: Readonly<Partial<Record<AgentKind, number>>>;
  /** The newest round that began by itself on the branch of its work. */
  automatic: AutomaticRound | null;
  /** Commits its agents handed over: where a branch of ours stood at some time. */
  heads: readonly string[];
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
      const { phase, instanceId, kind } = event.data;
      const fresh = !state.phases.some(({ attempts }) => attempts.some((other) => other.instanceId === instanceId));
      const agents = fresh ? { ...state.agents, [kind]: (state.agents[kind] ?? 0) + 1 } : state.agents;
      const { maxRounds } = state.workflow;
      return { ...withPhase(state, phase, (before) => startAttempt(before, { ...event.data, maxRounds })), agents };
    }
    case 'AttemptCompleted': {
      const { reviewId, deliverables, changes, evidence } = event.data;
      const headSha = changes?.headSha ?? null;
      const check = checkVerdict(changes, evidence);
      const heads = headSha === null ? state.heads : [...state.heads, headSha];
      const change = { status: 'in_review' as const, reviewId, deliverables, headSha, check };
      return { ...withAttempt(state, event.data, () => change), heads };
    }
    case 'AttemptReworkRequested': {
      const { round } = event.data;
      return withAttempt(state, event.data, () => ({ status: 'rework', round, reviewId: null, told: [] }));
    }
    case 'AttemptRoundsExhausted':
      return withAttempt(state, event.data, () => ({ status: 'exhausted' }));
    case 'AttemptRoundsGranted':
      return withAttempt(state, event.data, ({ round }) => ({ roundLimit: round + event.data.rounds }));
    case 'AttemptRefused': {
      const { reasons } = event.data;
      return withAttempt(state, event.data, ({ told }) => ({
        told: [...told, ...reasons.filter((reason) => !told.includes(reason))],
      }));
    }
    case 'AttemptSetAside':
      return withAttempt(state, event.data, () => ({ status: 'set_aside' }));
    case 'AttemptChosen': {
      const { phase, instanceId } = event.data;
      return withPhase(state, phase, (before) =>
        changeAttempt(before, attemptNamed(before, instanceId), {}, instanceId),
      );
    }
    case 'PhaseApproved':
      return withPhase(state, event.data.phase, (phase) => approved(phase, event.data.instanceId));
    case 'PhaseReopened': {
      const { phase, round, instanceId, reason, detail, conflicts } = event.data;
      const again = reason === 'retry';
      // What starts over gets a branch of its own.
      const automatic = again ? null : (event.data.automatic ?? state.automatic);
      const reopened = withPhase(state, phase, (before) => {
        const attempt = attemptNamed(before, instanceId);
        const change = {
          ...{ status: again ? ('set_aside' as const) : ('rework' as const), round, reviewId: null, told: [] },
          roundLimit: Math.max(round, attempt?.roundLimit ?? 0),
        };
        // Work that was kept is gone on with by one agent, also when its task starts over.
        const chosen = attempt?.instanceId ?? null;
        return { ...changeAttempt(before, attempt, change, chosen), reopened: { reason, detail, conflicts } };
      });
      return { ...reopened, automatic };
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
      attempts: [],
      chosen: null,
      reopened: null,
    }),
  );
  return { status: 'draft', ...facts, phases, agents: {}, automatic: null, heads: [] };
}

/**
 * The phase under way waits for other agents. Whose it was stays known, so that they can be stopped; but what is heard of
 * them from now on, their end as well as their work, belongs to attempts that were set aside.
 */
function startedOver<State extends TaskFacts>(state: State): State {
  const phase = currentPhase(state);
  return phase === null ? state : withPhase(state, phase.definition.name, (before) => othersAside(before, null));
}

function approved(phase: PhaseState, instanceId: string | null): PhaseState {
  const attempt = attemptNamed(phase, instanceId);
  const chosen = attempt?.instanceId ?? null;
  const passed = changeAttempt(phase, attempt, { status: 'approved' }, chosen);
  return { ...othersAside(passed, chosen), reopened: null };
}

function withAttempt<State extends TaskFacts>(
  state: State,
  { phase, instanceId }: { phase: string; instanceId: string | null },
  change: (attempt: AttemptState) => Partial<AttemptState>,
): State {
  return withPhase(state, phase, (before) => {
    const attempt = attemptNamed(before, instanceId);
    return attempt === null ? before : changeAttempt(before, attempt, change(attempt));
  });
}

function withPhase<State extends TaskFacts>(
  state: State,
  name: string,
  change: (phase: PhaseState) => PhaseState,
): State {
  const phases = state.phases.map((phase) => (phase.definition.name === name ? change(phase) : phase));
  return { ...state, phases };
}

import type { EventData, InstanceEvent } from '@claude-codex/contracts/events';
import type { ApprovedDocument, PullRequestProposal } from '@claude-codex/contracts/instance/events';
import type { AgentKind } from '@claude-codex/contracts/worker/protocol';
import { skipUnknown } from '@claude-codex/eventing/decider';

export interface PendingMessage {
  messageId: string;
  text: string;
  interrupt: boolean;
  documents: readonly ApprovedDocument[];
}

export interface InstanceFacts {
  name: string;
  taskId: string;
  repositoryId: string;
  kind: AgentKind;
  branch: string;
  baseBranch: string;
  model: string | null;
  /** Number of the newest start; 0 before the first. Everything a manager says carries it, older ones are refused. */
  epoch: number;
  managerId: string | null;
  sessionId: string | null;
  baseSha: string | null;
  /** The hand-over under way: set by PhaseSubmitted, cleared by the next message to the agent. */
  submitted: Pick<EventData<'PhaseSubmitted'>, 'phase' | 'round' | 'summary' | 'deliverables'> | null;
  /** How it would like its pull request to read, as said with its last hand-over. */
  proposal: PullRequestProposal | null;
  /** Messages not yet delivered, oldest first. */
  pending: readonly PendingMessage[];
  /** Ids of every message ever sent, so that a repeated command is noticed. */
  messageIds: readonly string[];
  paused: boolean;
  /** Messages the server sent by itself, in the phase and round it last did. */
  reminders: { phase: string; round: number; count: number } | null;
}

export type InstanceState =
  | { status: 'none' }
  | ({ status: 'queued' | 'starting' | 'running' | 'lost' | 'completed' | 'failed' | 'stopped' } & InstanceFacts);

export type KnownInstance = Exclude<InstanceState, { status: 'none' }>;

export const initialInstance: InstanceState = { status: 'none' };

const ENDED = new Set(['completed', 'failed', 'stopped']);

export function isInstanceEnded(state: InstanceState): boolean {
  return ENDED.has(state.status);
}

export function evolveInstance(state: InstanceState, event: InstanceEvent): InstanceState {
  if (event.type === 'InstanceQueued') return queued(event.data);
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'InstanceStarting':
      return { ...state, status: 'starting', epoch: event.data.epoch, managerId: event.data.managerId };
    case 'InstanceStarted':
      return { ...state, status: 'running', baseSha: event.data.baseSha };
    case 'InstanceAttached':
    case 'CheckpointSaved':
      return { ...state, sessionId: event.data.sessionId };
    case 'PhaseSubmitted': {
      const { phase, round, summary, deliverables, proposal } = event.data;
      return { ...state, submitted: { phase, round, summary, deliverables }, proposal };
    }
    case 'FeedbackSent':
      return withMessage(state, { ...event.data, interrupt: false });
    case 'MessageSent':
      return withReminder(withMessage(state, event.data), event.data.reminder);
    case 'MessageDelivered':
    case 'MessageCancelled':
      return { ...state, pending: state.pending.filter(({ messageId }) => messageId !== event.data.messageId) };
    case 'InstancePaused':
      return { ...state, paused: true };
    case 'InstanceResumed':
      return { ...state, paused: false };
    case 'InstanceLost':
      return { ...state, status: 'lost' };
    case 'InstanceFailed':
      return { ...state, status: 'failed' };
    case 'InstanceStopped':
      return { ...state, status: 'stopped' };
    case 'InstanceCompleted':
      return { ...state, status: 'completed' };
    case 'ProgressReported':
    case 'TurnEnded':
    case 'JournalKept':
    case 'ErrorReported':
    case 'ProtocolWarningRaised':
      return state;
    default:
      return skipUnknown(event, state);
  }
}

function queued(data: Extract<InstanceEvent, { type: 'InstanceQueued' }>['data']): InstanceState {
  const { phase: _phase, attempt: _attempt, ...facts } = data;
  return {
    status: 'queued',
    ...facts,
    epoch: 0,
    managerId: null,
    sessionId: null,
    baseSha: null,
    submitted: null,
    proposal: null,
    pending: [],
    messageIds: [],
    paused: false,
    reminders: null,
  };
}

function withReminder(state: KnownInstance, reminder: EventData<'MessageSent'>['reminder']): KnownInstance {
  if (reminder === undefined) return state;
  const { phase, round } = reminder;
  const again = state.reminders?.phase === phase && state.reminders.round === round;
  return { ...state, reminders: { phase, round, count: again ? (state.reminders?.count ?? 0) + 1 : 1 } };
}

function withMessage(
  state: KnownInstance,
  { messageId, text, interrupt, documents = [] }: EventData<'MessageSent'>,
): KnownInstance {
  return {
    ...state,
    submitted: null,
    pending: [...state.pending, { messageId, text, interrupt, documents }],
    messageIds: [...state.messageIds, messageId],
  };
}

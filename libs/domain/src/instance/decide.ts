import type { EventData, InstanceEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import type { InstanceCommand } from './commands.ts';
import { evolveInstance, type InstanceState, initialInstance, isInstanceEnded, type KnownInstance } from './state.ts';

export function decideInstance(command: InstanceCommand, state: InstanceState): InstanceEvent[] {
  if (command.type === 'QueueInstance') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'InstanceQueued', data }] : [];
  }
  if (state.status === 'none') return refuse('INSTANCE_NOT_FOUND');
  switch (command.type) {
    case 'StartEpoch':
    case 'ReportStarted':
    case 'ReportAttached':
    case 'RecordTurn':
    case 'SaveCheckpoint':
    case 'MarkDelivered':
    case 'ReportLost':
      return decideReport(command, state);
    case 'SendFeedback':
    case 'SendMessage':
    case 'RemindAgent':
    case 'CancelMessage':
      return decideMessage(command, state);
    case 'ReportProgress': {
      const { type: _type, ...data } = command;
      return isInstanceEnded(state) ? ended(state) : [{ type: 'ProgressReported', data }];
    }
    case 'SubmitPhase': {
      const { type: _type, ...data } = command;
      return isInstanceEnded(state) ? ended(state) : submit(data, state);
    }
    case 'ReportError':
      return [{ type: 'ErrorReported', data: { errorType: command.errorType, message: command.message } }];
    case 'RaiseWarning':
      return [{ type: 'ProtocolWarningRaised', data: { block: command.block, problem: command.problem } }];
    case 'KeepJournal': {
      const { type: _type, ...data } = command;
      return [{ type: 'JournalKept', data }];
    }
    case 'PauseInstance':
      if (isInstanceEnded(state)) return ended(state);
      return state.paused ? [] : [{ type: 'InstancePaused', data: {} }];
    case 'ResumeInstance':
      if (isInstanceEnded(state)) return ended(state);
      return state.paused ? [{ type: 'InstanceResumed', data: {} }] : [];
    case 'FailInstance':
      if (isInstanceEnded(state)) return [];
      return [{ type: 'InstanceFailed', data: { code: command.code, detail: command.detail } }];
    case 'StopInstance':
      return isInstanceEnded(state) ? [] : [{ type: 'InstanceStopped', data: { reason: command.reason } }];
    case 'CompleteInstance':
      return isInstanceEnded(state) ? [] : [{ type: 'InstanceCompleted', data: {} }];
    default:
      return unknownCommand(command);
  }
}

type ReportCommand = Exclude<Extract<InstanceCommand, { epoch: number }>, { type: 'KeepJournal' }>;

function decideReport(command: ReportCommand, state: KnownInstance): InstanceEvent[] {
  if (isInstanceEnded(state)) return ended(state);
  if (command.type === 'StartEpoch') {
    const { type: _type, ...data } = command;
    // The compare-and-set on the stream makes the claim: of two managers, one sees the other's epoch here. Whoever counted
    // on from that very epoch is refused too: an epoch that was not reported as lost has its manager.
    const isClaimed = state.status === 'starting' || state.status === 'running';
    if (isClaimed || command.epoch !== state.epoch + 1)
      refuse('INSTANCE_FENCED', { epoch: command.epoch, current: state.epoch });
    return [{ type: 'InstanceStarting', data }];
  }
  if (command.epoch !== state.epoch) refuse('INSTANCE_FENCED', { epoch: command.epoch, current: state.epoch });
  switch (command.type) {
    case 'ReportStarted': {
      const { type: _type, ...data } = command;
      return state.status === 'starting' ? [{ type: 'InstanceStarted', data }] : [];
    }
    case 'ReportAttached': {
      const { type: _type, ...data } = command;
      return [{ type: 'InstanceAttached', data }];
    }
    case 'RecordTurn': {
      const { type: _type, ...data } = command;
      return [{ type: 'TurnEnded', data }];
    }
    case 'SaveCheckpoint': {
      const { type: _type, ...data } = command;
      return [{ type: 'CheckpointSaved', data }];
    }
    case 'MarkDelivered': {
      const waiting = state.pending.some(({ messageId }) => messageId === command.messageId);
      const data = { messageId: command.messageId, epoch: command.epoch };
      return waiting ? [{ type: 'MessageDelivered', data }] : [];
    }
    case 'ReportLost':
      return state.status === 'lost'
        ? []
        : [{ type: 'InstanceLost', data: { epoch: command.epoch, reason: command.reason, cause: command.cause } }];
    default:
      return unknownCommand(command);
  }
}

/** After so many reminders in one round somebody has to look: each further try costs money and changes nothing. */
export const MAX_REMINDERS = 3;

type MessageCommand = Extract<
  InstanceCommand,
  { type: 'SendFeedback' | 'SendMessage' | 'RemindAgent' | 'CancelMessage' }
>;

function decideMessage(command: MessageCommand, state: KnownInstance): InstanceEvent[] {
  if (isInstanceEnded(state)) return ended(state);
  const known = state.messageIds.includes(command.messageId);
  switch (command.type) {
    case 'SendFeedback': {
      const { type: _type, ...data } = command;
      return known ? [] : [{ type: 'FeedbackSent', data }];
    }
    case 'SendMessage': {
      const { type: _type, ...data } = command;
      return known ? [] : [{ type: 'MessageSent', data }];
    }
    case 'RemindAgent': {
      const { messageId, text, phase, round, failure } = command;
      if (known) return [];
      const { reminders } = state;
      const count = reminders?.phase === phase && reminders.round === round ? reminders.count : 0;
      if (count >= MAX_REMINDERS) return [{ type: 'InstanceFailed', data: failure }];
      return [{ type: 'MessageSent', data: { messageId, text, interrupt: false, reminder: { phase, round } } }];
    }
    case 'CancelMessage': {
      const waiting = state.pending.some(({ messageId }) => messageId === command.messageId);
      if (!waiting) refuse('MESSAGE_ALREADY_DELIVERED', { messageId: command.messageId });
      return [{ type: 'MessageCancelled', data: { messageId: command.messageId } }];
    }
    default:
      return unknownCommand(command);
  }
}

/** Said again by a tool, the last word counts, and what it is silent about stays. What the server concludes counts once. */
function submit(data: EventData<'PhaseSubmitted'>, { submitted, proposal }: KnownInstance): InstanceEvent[] {
  const before = submitted?.phase === data.phase && submitted.round === data.round ? submitted : null;
  if (before === null) return [{ type: 'PhaseSubmitted', data }];
  if (data.via !== 'tool') return [];
  const meant = {
    ...data,
    deliverables: data.deliverables.length === 0 ? before.deliverables : data.deliverables,
    proposal: data.proposal ?? proposal,
  };
  const said = (words: Pick<typeof meant, 'summary' | 'deliverables' | 'proposal'>) =>
    JSON.stringify([
      words.summary,
      words.deliverables,
      words.proposal?.title,
      words.proposal?.body,
      words.proposal?.draft,
    ]);
  return said(meant) === said({ ...before, proposal }) ? [] : [{ type: 'PhaseSubmitted', data: meant }];
}

function ended(state: KnownInstance): never {
  return refuse('INSTANCE_ENDED', { status: state.status });
}

export const instanceDecider: Decider<InstanceState, InstanceCommand, InstanceEvent> = {
  initialState: initialInstance,
  evolve: evolveInstance,
  decide: decideInstance,
  snapshot: { schemaVersion: 5 },
};

import type { EventData } from '@claude-codex/contracts/events';

/** What people, agents and the flow ask of an instance. */
type Requested =
  | ({ type: 'QueueInstance' } & EventData<'InstanceQueued'>)
  | ({ type: 'ReportProgress' } & EventData<'ProgressReported'>)
  | ({ type: 'SubmitPhase' } & EventData<'PhaseSubmitted'>)
  | ({ type: 'SendFeedback' } & EventData<'FeedbackSent'>)
  | ({ type: 'SendMessage' } & EventData<'MessageSent'>)
  /** A message of the server's own about a phase that does not come to its end; `failure` is why it ends when there were enough. */
  | {
      type: 'RemindAgent';
      messageId: string;
      text: string;
      phase: string;
      round: number;
      failure: EventData<'InstanceFailed'>;
    }
  | { type: 'CancelMessage'; messageId: string }
  /** Of any epoch, and after its end: the records are there, whoever found them. */
  | ({ type: 'KeepJournal' } & EventData<'JournalKept'>)
  | ({ type: 'ReportError' } & EventData<'ErrorReported'>)
  | ({ type: 'RaiseWarning' } & EventData<'ProtocolWarningRaised'>)
  | { type: 'PauseInstance' }
  | { type: 'ResumeInstance' }
  | { type: 'FailInstance'; code: string; detail: string }
  | { type: 'StopInstance'; reason: string }
  | { type: 'CompleteInstance' };

/** What the manager that runs epoch N reports; refused with INSTANCE_FENCED when a newer epoch exists. */
type Reported =
  /** Claims the next epoch: `epoch` must be exactly one more than the last. */
  | ({ type: 'StartEpoch' } & EventData<'InstanceStarting'>)
  | ({ type: 'ReportStarted' } & EventData<'InstanceStarted'>)
  | ({ type: 'ReportAttached' } & EventData<'InstanceAttached'>)
  | ({ type: 'RecordTurn' } & EventData<'TurnEnded'>)
  | ({ type: 'SaveCheckpoint' } & EventData<'CheckpointSaved'>)
  | ({ type: 'MarkDelivered' } & EventData<'MessageDelivered'>)
  | ({ type: 'ReportLost' } & EventData<'InstanceLost'>);

export type InstanceCommand = Requested | Reported;

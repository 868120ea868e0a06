import type { EventData, LossCause, RecordedDomainEvent } from '@claude-codex/contracts';
import { blamesAgent, isInstanceEnded, isOfTheMachine, type KnownInstance, restartDelayMs } from '@claude-codex/domain';

/** An agent says its work is finished; `eventId` names this very hand-over. */
export interface Submission extends EventData<'PhaseSubmitted'> {
  readonly eventId: string;
  readonly at: number;
}

/** How the newest epoch ended without being asked to. */
export interface Loss {
  readonly cause: LossCause;
  readonly reason: string;
  /** In ms since 1970, by the store's clock. */
  readonly at: number;
}

/** An instance with what a manager needs to know about it besides its own state. */
export interface WorldInstance {
  readonly id: string;
  readonly workspaceId: string;
  readonly correlationId: string;
  /** The person the agent works for. */
  readonly causedBy: string | null;
  /** When it was queued, in ms since 1970: of equal priority the oldest begins first. */
  readonly queuedAt: number;
  state: KnownInstance;
  /** The newest event of its stream: what our next command follows from. */
  lastEventId: string;
  submission: Submission | null;
  /** When it last said that its work is finished. */
  submittedAt: number | null;
  /** True from the end of a phase until the next message reaches the agent: nothing to do meanwhile. */
  handedOver: boolean;
  /**
   * Where the newest epoch was started, null for one of a release that knew one host; and the epoch it came there with: what
   * lies there from before is out of date.
   */
  host: { readonly id: string | null; readonly since: number };
  /** Tool calls of finished turns, and how many there were when the round under way began. */
  toolCalls: number;
  toolCallsBefore: number;
  /** When the session of the newest epoch was there; null before that. */
  attachedAt: number | null;
  /** Ends in a row that are the agent's own, without a sign of work in between. */
  losses: number;
  /** Starts in a row that came to nothing through no fault of the agent. */
  waits: number;
  loss: Loss | null;
  /** Bundles of collected work, by head commit. */
  readonly bundles: Map<string, string>;
  headSha: string | null;
  /** What it can go on from where its own files are not: the session it had when its work was last saved. */
  checkpoint: (Pick<EventData<'CheckpointSaved'>, 'sessionId' | 'transcriptBlobId'> & { readonly at: number }) | null;
}

export function newWorldInstance(
  id: string,
  { meta, eventId, at }: RecordedDomainEvent,
  state: KnownInstance,
): WorldInstance {
  return {
    id,
    workspaceId: meta.workspaceId,
    correlationId: meta.correlationId,
    causedBy: meta.causedBy ?? (meta.actor.kind === 'person' ? meta.actor.id : null),
    queuedAt: Date.parse(at),
    state,
    lastEventId: eventId,
    submission: null,
    submittedAt: null,
    handedOver: false,
    host: { id: null, since: 0 },
    toolCalls: 0,
    toolCallsBefore: 0,
    attachedAt: null,
    losses: 0,
    waits: 0,
    loss: null,
    bundles: new Map(),
    headSha: null,
    checkpoint: null,
  };
}

/** What an event of its own stream means for an instance, beyond the aggregate's state. */
export function noteOwnEvent(entry: WorldInstance, event: RecordedDomainEvent): void {
  switch (event.type) {
    case 'InstanceStarting':
      entry.attachedAt = null;
      entry.host = hostOf(entry, event.data);
      return;
    case 'InstanceAttached':
      entry.attachedAt = Date.parse(event.at);
      entry.waits = 0;
      return;
    case 'PhaseSubmitted':
      entry.submission = { ...event.data, eventId: event.eventId, at: Date.parse(event.at) };
      entry.submittedAt = entry.submission.at;
      entry.losses = 0;
      return;
    case 'MessageSent':
    case 'FeedbackSent':
      entry.submission = null;
      return;
    case 'MessageDelivered':
      entry.handedOver = false;
      return;
    case 'TurnEnded':
      entry.toolCalls += event.data.toolCalls;
      if (event.data.toolCalls > 0) entry.losses = 0;
      return;
    case 'ProgressReported':
      entry.losses = 0;
      return;
    case 'CheckpointSaved':
      entry.headSha = event.data.headSha;
      entry.checkpoint = {
        sessionId: event.data.sessionId,
        transcriptBlobId: event.data.transcriptBlobId,
        at: Date.parse(event.at),
      };
      if (event.data.bundleBlobId !== null) entry.bundles.set(event.data.headSha, event.data.bundleBlobId);
      return;
    case 'InstanceLost':
      noteLoss(entry, { cause: event.data.cause, reason: event.data.reason, at: Date.parse(event.at) });
      return;
    default:
  }
}

function hostOf({ host }: WorldInstance, { epoch, hostId }: EventData<'InstanceStarting'>): WorldInstance['host'] {
  const id = hostId ?? null;
  const moved = host.id !== null && host.id !== id;
  return { id, since: moved ? epoch : host.since };
}

function noteLoss(entry: WorldInstance, loss: Loss): void {
  const { attachedAt } = entry;
  entry.loss = loss;
  entry.attachedAt = null;
  if (blamesAgent(loss.cause, attachedAt === null ? null : loss.at - attachedAt)) entry.losses += 1;
  else if (!isOfTheMachine(loss.cause)) entry.waits += 1;
}

/** What the instance's task says about the phase it works on. */
export function noteTaskEvent(entry: WorldInstance, event: RecordedDomainEvent): void {
  if (event.type === 'AttemptCompleted' && event.data.instanceId === entry.id) {
    entry.submission = null;
    entry.handedOver = true;
  } else if (beginsRound(event) && (event.data.instanceId ?? entry.id) === entry.id) {
    entry.toolCallsBefore = entry.toolCalls;
  }
}

type RoundBegun = Extract<RecordedDomainEvent, { type: 'AttemptStarted' | 'AttemptReworkRequested' | 'PhaseReopened' }>;

function beginsRound(event: RecordedDomainEvent): event is RoundBegun {
  return event.type === 'AttemptStarted' || event.type === 'AttemptReworkRequested' || event.type === 'PhaseReopened';
}

/**
 * Whether an instance should have a worker. One that handed its work over and lost its worker meanwhile gets a new one when
 * there is something to tell it, or something to do: `hasPhase` when a phase it is responsible for is not finished.
 */
export function shouldRun({ state, handedOver }: WorldInstance, hasPhase: boolean): boolean {
  if (isInstanceEnded(state) || state.paused) return false;
  if (state.status !== 'lost') return true;
  return !handedOver || hasPhase || state.pending.length > 0;
}

/** When a lost instance is started again, in ms since 1970; null for one that is not lost, or needs no worker now. */
export function restartAt(instance: WorldInstance, hasPhase: boolean): number | null {
  const { state, loss } = instance;
  if (state.status !== 'lost' || loss === null || !shouldRun(instance, hasPhase)) return null;
  return loss.at + restartDelayMs(loss.cause, instance);
}

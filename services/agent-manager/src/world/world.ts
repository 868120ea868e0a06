import { type EventData, idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import {
  type DependencyState,
  evolveDependency,
  evolveInstance,
  evolveQuestion,
  evolveRepository,
  evolveTask,
  initialDependency,
  initialInstance,
  initialQuestion,
  initialRepository,
  initialTask,
  isInstanceEnded,
  type KnownInstance,
  type PhaseState,
  type QuestionState,
  type RepositoryState,
  type TaskState,
} from '@claude-codex/domain';

/** An agent says its work is finished; `eventId` names this very hand-over. */
export interface Submission extends EventData<'PhaseSubmitted'> {
  readonly eventId: string;
  readonly at: number;
}

/** An instance with what a manager needs to know about it besides its own state. */
export interface WorldInstance {
  readonly id: string;
  readonly workspaceId: string;
  readonly correlationId: string;
  /** The person the agent works for. */
  readonly causedBy: string | null;
  state: KnownInstance;
  /** The newest event of its stream: what our next command follows from. */
  lastEventId: string;
  submission: Submission | null;
  /** True from the end of a phase until the next message reaches the agent: nothing to do meanwhile. */
  handedOver: boolean;
  /** Tool calls of finished turns, and how many there were when the round under way began. */
  toolCalls: number;
  toolCallsBefore: number;
  /** Starts that ended without a sign of work in between. */
  losses: number;
  lostReason: string | null;
  /** Bundles of collected work, by head commit. */
  readonly bundles: Map<string, string>;
  headSha: string | null;
}

export interface WorldDependency {
  readonly id: string;
  readonly workspaceId: string;
  state: Exclude<DependencyState, { status: 'none' }>;
  remember: EventData<'DependencyProvided'>['remember'] | null;
  /** Asked for by the text protocol: no tool call waits for it. */
  readonly byText: boolean;
}

export interface WorldQuestion {
  readonly id: string;
  readonly workspaceId: string;
  readonly correlationId: string;
  readonly askedBy: { readonly eventId: string; readonly causedBy: string | null };
  /** In ms since 1970, by the store's clock. */
  readonly askedAt: number;
  state: Exclude<QuestionState, { status: 'none' }>;
  answeredAt: number | null;
  /** Asked by the manager about a hand-over: the answer is no message to the agent. */
  readonly aboutHandOver: boolean;
}

/** These ask for a job, and these say how it ended. */
const ASKS_FOR_A_JOB = new Set<string>([
  'PullRequestMergeRequested',
  'PullRequestUpdateRequested',
  'RepositoryConnected',
  'RepositoryRefreshRequested',
]);
const ENDS_A_JOB = new Set<string>([
  'PullRequestMerged',
  'PullRequestUpdated',
  'PullRequestMergeFailed',
  'PullRequestClosed',
  'RepositoryMirrored',
  'RepositoryUnavailable',
  'RepositoryRemoved',
]);

/** Questions about a hand-over start their command ids with this: the manager itself waits for the answer, no agent. */
export const HAND_OVER_COMMAND = 'hand-over-question:';

/** Command ids of the text protocol start with this, so that a replay of the log knows how something was asked. */
export const TEXT_COMMAND = 'text:';

/**
 * The part of the log a manager acts on, folded in memory. Ended instances shrink to their names: they only matter for
 * telling an orphan from a worker that should run.
 */
export class World {
  position = 0;
  readonly instances = new Map<string, WorldInstance>();
  readonly ended = new Set<string>();
  readonly tasks = new Map<string, Exclude<TaskState, { status: 'none' }>>();
  readonly repositories = new Map<string, Exclude<RepositoryState, { status: 'none' }>>();
  readonly dependencies = new Map<string, WorldDependency>();
  readonly questions = new Map<string, WorldQuestion>();
  /** By stream, what asked for a job that has not ended: a queue may forget jobs, the log does not. */
  readonly unfinished = new Map<string, RecordedDomainEvent>();

  /** Takes the next event of the log; returns the ids of the instances it may concern. */
  apply(event: RecordedDomainEvent): string[] {
    this.position = event.position;
    if (ASKS_FOR_A_JOB.has(event.type)) this.unfinished.set(event.stream, event);
    else if (ENDS_A_JOB.has(event.type)) this.unfinished.delete(event.stream);
    const id = idOf(event.stream);
    switch (event.stream.slice(0, event.stream.indexOf('-'))) {
      case 'instance':
        return this.#instance(id, event);
      case 'task':
        return this.#task(id, event);
      case 'repository':
        return this.#repository(id, event);
      case 'dependency':
        return this.#dependency(id, event);
      case 'question':
        return this.#question(id, event);
      default:
        return [];
    }
  }

  /** The phase an instance is responsible for and has not finished; null when it waits or has nothing to do. */
  openPhase(instance: WorldInstance): PhaseState | null {
    const task = this.tasks.get(instance.state.taskId);
    return (
      task?.phases.find(
        ({ instanceId, status }) => instanceId === instance.id && (status === 'running' || status === 'rework'),
      ) ?? null
    );
  }

  /** Values a person gave that an instance may use: for its task, or remembered for its repository or workspace. */
  dependenciesFor(instance: WorldInstance): WorldDependency[] {
    return [...this.dependencies.values()].filter((dependency) => {
      const { state, remember, workspaceId } = dependency;
      if (workspaceId !== instance.workspaceId) return false;
      if (state.requested.taskId === instance.state.taskId) return true;
      if (state.status !== 'provided') return false;
      if (remember === 'workspace') return true;
      const other = this.tasks.get(state.requested.taskId)?.repositoryId;
      return remember === 'repository' && other === instance.state.repositoryId;
    });
  }

  /** Whether the agent waits for a person. */
  waitsForPerson(instanceId: string): boolean {
    const asked = [...this.questions.values()].some(
      ({ state }) =>
        state.asked.instanceId === instanceId &&
        (state.status === 'open' || (state.status === 'answered' && !state.delivered)),
    );
    return (
      asked ||
      [...this.dependencies.values()].some(
        ({ state }) => state.requested.instanceId === instanceId && (state.status === 'open' || !state.delivered),
      )
    );
  }

  #instance(id: string, event: RecordedDomainEvent): string[] {
    if (this.ended.has(id)) return [];
    const known = this.instances.get(id);
    const state = evolveInstance(known?.state ?? initialInstance, event as never);
    if (state.status === 'none') return [];
    const entry = known ?? newInstance(id, event, state);
    entry.state = state;
    entry.lastEventId = event.eventId;
    this.instances.set(id, entry);
    note(entry, event);
    if (isInstanceEnded(state)) {
      this.instances.delete(id);
      this.ended.add(id);
    }
    return [id];
  }

  #task(id: string, event: RecordedDomainEvent): string[] {
    const state = evolveTask(this.tasks.get(id) ?? initialTask, event as never);
    if (state.status === 'none') return [];
    this.tasks.set(id, state);
    const concerned = [...this.instances.values()].filter((instance) => instance.state.taskId === id);
    for (const instance of concerned) notePhase(instance, event);
    return concerned.map((instance) => instance.id);
  }

  #repository(id: string, event: RecordedDomainEvent): string[] {
    const state = evolveRepository(this.repositories.get(id) ?? initialRepository, event as never);
    if (state.status !== 'none') this.repositories.set(id, state);
    return [];
  }

  #dependency(id: string, event: RecordedDomainEvent): string[] {
    const known = this.dependencies.get(id);
    const state = evolveDependency(known?.state ?? initialDependency, event as never);
    if (state.status === 'none') return [];
    const byText = event.meta.commandId.startsWith(TEXT_COMMAND);
    const entry = known ?? { id, workspaceId: event.meta.workspaceId, state, remember: null, byText };
    entry.state = state;
    if (event.type === 'DependencyProvided') entry.remember = event.data.remember;
    this.dependencies.set(id, entry);
    return [state.requested.instanceId];
  }

  #question(id: string, event: RecordedDomainEvent): string[] {
    const known = this.questions.get(id);
    const state = evolveQuestion(known?.state ?? initialQuestion, event as never);
    if (state.status === 'none') return [];
    const entry = known ?? newQuestion(id, event, state);
    entry.state = state;
    if (event.type === 'QuestionAnswered') entry.answeredAt = Date.parse(event.at);
    // A question that is settled has nothing left to do, and there may be many over the years.
    if (state.status === 'withdrawn' || (state.status === 'answered' && state.delivered)) this.questions.delete(id);
    else this.questions.set(id, entry);
    return [state.asked.instanceId];
  }
}

function newQuestion(id: string, event: RecordedDomainEvent, state: WorldQuestion['state']): WorldQuestion {
  const { meta, eventId, at } = event;
  const { workspaceId, correlationId, causedBy } = meta;
  const askedBy = { eventId, causedBy };
  const aboutHandOver = meta.commandId.startsWith(HAND_OVER_COMMAND);
  return { id, workspaceId, correlationId, askedBy, askedAt: Date.parse(at), state, answeredAt: null, aboutHandOver };
}

function newInstance(id: string, { meta, eventId }: RecordedDomainEvent, state: KnownInstance): WorldInstance {
  return {
    id,
    workspaceId: meta.workspaceId,
    correlationId: meta.correlationId,
    causedBy: meta.causedBy ?? (meta.actor.kind === 'person' ? meta.actor.id : null),
    state,
    lastEventId: eventId,
    submission: null,
    handedOver: false,
    toolCalls: 0,
    toolCallsBefore: 0,
    losses: 0,
    lostReason: null,
    bundles: new Map(),
    headSha: null,
  };
}

/** What an event of its own stream means for an instance, beyond the aggregate's state. */
function note(entry: WorldInstance, event: RecordedDomainEvent): void {
  switch (event.type) {
    case 'PhaseSubmitted':
      entry.submission = { ...event.data, eventId: event.eventId, at: Date.parse(event.at) };
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
      if (event.data.bundleBlobId !== null) entry.bundles.set(event.data.headSha, event.data.bundleBlobId);
      return;
    case 'InstanceLost':
      entry.lostReason = event.data.reason;
      if (!isOurFault(event.data.reason)) entry.losses += 1;
      return;
    default:
  }
}

/** What the instance's task says about the phase it works on. */
function notePhase(entry: WorldInstance, event: RecordedDomainEvent): void {
  if (event.type === 'PhaseCompleted' && event.data.instanceId === entry.id) {
    entry.submission = null;
    entry.handedOver = true;
  } else if (event.type === 'PhaseStarted' || event.type === 'PhaseReworkRequested' || event.type === 'PhaseReopened') {
    entry.toolCallsBefore = entry.toolCalls;
  }
}

export const SERVER_RESTARTED = 'the server was restarted';

/** A restart of ours says nothing about whether the agent can run. */
function isOurFault(reason: string): boolean {
  return reason.startsWith(SERVER_RESTARTED);
}

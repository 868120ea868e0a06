import { idOf, isOf, type RecordedDomainEvent, type RecordedEventIn } from '@claude-codex/contracts';
import {
  currentPhase,
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
  OpenAsks,
  type PhaseState,
  type QuestionState,
  type RepositoryState,
  type SignOfLife,
  type StepFacts,
  type TaskState,
} from '@claude-codex/domain';
import { Progress } from './progress.ts';
import { newWorldInstance, noteOwnEvent, noteTaskEvent, restartAt, type WorldInstance } from './world-instance.ts';

export type { Submission, WorldInstance } from './world-instance.ts';

export interface WorldDependency {
  readonly id: string;
  readonly workspaceId: string;
  state: Exclude<DependencyState, { status: 'none' }>;
  /** Asked for by the text protocol: no tool call waits for it. */
  readonly byText: boolean;
}

export interface WorldQuestion {
  readonly id: string;
  state: Exclude<QuestionState, { status: 'none' }>;
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
  /** By workspace, what agents may be able to read where they have no sandbox, as a person agreed to it. */
  readonly exposures = new Map<string, string>();
  readonly progress = new Progress();
  readonly asks = new OpenAsks();
  /** By stream, what asked for a job that has not ended: a queue may forget jobs, the log does not. */
  readonly unfinished = new Map<string, RecordedDomainEvent>();

  /** Takes the next event of the log; returns the ids of the instances it may concern. */
  apply(event: RecordedDomainEvent): string[] {
    this.position = event.position;
    this.progress.apply(event);
    this.asks.apply(event);
    if (ASKS_FOR_A_JOB.has(event.type)) this.unfinished.set(event.stream, event);
    else if (ENDS_A_JOB.has(event.type)) this.unfinished.delete(event.stream);
    const id = idOf(event.stream);
    if (isOf('instance', event)) return this.#instance(id, event);
    if (isOf('task', event)) return this.#task(id, event);
    if (isOf('repository', event)) return this.#repository(id, event);
    if (isOf('dependency', event)) return this.#dependency(id, event);
    if (isOf('question', event)) return this.#question(id, event);
    if (isOf('workspace', event)) return this.#workspace(id, event);
    return [];
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

  /** What the next step of a task follows from; null when nothing of it is left to do. */
  stepFacts(taskId: string, sign: SignOfLife | null): StepFacts | null {
    const task = this.tasks.get(taskId);
    const progress = this.progress.get(taskId);
    if (task === undefined || progress === undefined) return null;
    const phase = currentPhase(task);
    const instance = this.instances.get(phase?.instanceId ?? '');
    const isIts = (asked: { instanceId: string }) => asked.instanceId === instance?.id;
    return {
      task,
      heldBack: progress.hold,
      instance: instance?.state ?? null,
      questions: [...this.questions.values()].flatMap(({ state }) => (isIts(state.asked) ? [state] : [])),
      dependencies: [...this.dependencies.values()].flatMap(({ state }) => (isIts(state.requested) ? [state] : [])),
      review: progress.reviews.get(phase?.reviewId ?? '') ?? 'none',
      pullRequest: progress.pullRequest,
      movedAt: progress.movedAt,
      restartAt: instance === undefined ? null : restartAt(instance, this.openPhase(instance) !== null),
      sign,
    };
  }

  /**
   * Values given to an instance's task, and requests of it. What was remembered from another task is given to whoever asks
   * for it by name, which makes it one of these.
   */
  dependenciesFor(instance: WorldInstance): WorldDependency[] {
    return [...this.dependencies.values()].filter(
      ({ state, workspaceId }) =>
        workspaceId === instance.workspaceId && state.requested.taskId === instance.state.taskId,
    );
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

  #instance(id: string, event: RecordedEventIn<'instance'>): string[] {
    if (this.ended.has(id)) return [];
    const known = this.instances.get(id);
    const state = evolveInstance(known?.state ?? initialInstance, event);
    if (state.status === 'none') return [];
    const entry = known ?? newWorldInstance(id, event, state);
    entry.state = state;
    entry.lastEventId = event.eventId;
    this.instances.set(id, entry);
    noteOwnEvent(entry, event);
    if (isInstanceEnded(state)) {
      this.instances.delete(id);
      this.ended.add(id);
    }
    return [id];
  }

  #task(id: string, event: RecordedEventIn<'task'>): string[] {
    const state = evolveTask(this.tasks.get(id) ?? initialTask, event);
    if (state.status === 'none') return [];
    this.tasks.set(id, state);
    const concerned = [...this.instances.values()].filter((instance) => instance.state.taskId === id);
    for (const instance of concerned) noteTaskEvent(instance, event);
    return concerned.map((instance) => instance.id);
  }

  #repository(id: string, event: RecordedEventIn<'repository'>): string[] {
    const state = evolveRepository(this.repositories.get(id) ?? initialRepository, event);
    if (state.status !== 'none') this.repositories.set(id, state);
    return [];
  }

  #workspace(id: string, event: RecordedEventIn<'workspace'>): string[] {
    if (event.type === 'UnsandboxedAgentsAllowed') this.exposures.set(id, event.data.exposure);
    if (event.type === 'UnsandboxedAgentsForbidden') this.exposures.delete(id);
    return [];
  }

  #dependency(id: string, event: RecordedEventIn<'dependency'>): string[] {
    const known = this.dependencies.get(id);
    const state = evolveDependency(known?.state ?? initialDependency, event);
    if (state.status === 'none') return [];
    const byText = event.meta.commandId.startsWith(TEXT_COMMAND);
    const entry = known ?? { id, workspaceId: event.meta.workspaceId, state, byText };
    entry.state = state;
    this.dependencies.set(id, entry);
    return [state.requested.instanceId];
  }

  #question(id: string, event: RecordedEventIn<'question'>): string[] {
    const known = this.questions.get(id);
    const state = evolveQuestion(known?.state ?? initialQuestion, event);
    if (state.status === 'none') return [];
    // A question that is settled has nothing left to do, and there may be many over the years.
    if (state.status === 'withdrawn' || (state.status === 'answered' && state.delivered)) this.questions.delete(id);
    else this.questions.set(id, { id, state });
    return [state.asked.instanceId];
  }
}

export const SERVER_RESTARTED = 'the server was restarted';

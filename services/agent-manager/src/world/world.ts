import { idOf, isOf, type RecordedDomainEvent, type RecordedEventIn } from '@claude-codex/contracts';
import {
  type Assignment,
  assignmentOf,
  attemptsUnderWay,
  currentPhase,
  evolveInstance,
  evolveRepository,
  evolveTask,
  initialInstance,
  initialRepository,
  initialTask,
  isEnded,
  isInstanceEnded,
  isWorking,
  OpenAsks,
  type SignOfLife,
  type StepFacts,
} from '@claude-codex/domain';
import { taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import { Groups, valuesOf } from './groups.ts';
import {
  EMPTY_WORLD,
  type KeptWorld,
  type WorldDependency,
  type WorldRepository,
  type WorldTask,
} from './kept-world.ts';
import { Progress } from './progress.ts';
import { Requests } from './requests.ts';
import { newWorldInstance, noteOwnEvent, noteTaskEvent, restartAt, type WorldInstance } from './world-instance.ts';

export type { WorldDependency } from './kept-world.ts';
export { TEXT_COMMAND } from './requests.ts';
export type { Submission, WorldInstance } from './world-instance.ts';

/** Of a task that may be started again, what its own stream does not lead to. */
const NOT_NAMED_BY_TASK = new Set<string>(['dependency', 'pullrequest', 'question']);

/**
 * What lives, folded from the log: what a manager acts on. A task is forgotten with everything that belongs to it once it
 * and all its instances have ended. One that is started again is read again (`read-again.ts`); of what that needs and its
 * own stream does not lead to, the names are kept.
 */
export class World {
  position: number;
  readonly instances: Map<string, WorldInstance>;
  /** Those among them that were never started, or have lost their worker. */
  readonly waiting = new Set<string>();
  readonly tasks: Map<string, WorldTask>;
  readonly repositories: Map<string, WorldRepository>;
  /** By workspace, what agents may be able to read where they have no sandbox, as a person agreed to it. */
  readonly exposures: Map<string, string>;
  readonly progress: Progress;
  readonly asks: OpenAsks;
  /** By task that failed or was cancelled, streams of it. Most have none. */
  readonly #leftBehind: Map<string, readonly string[]>;
  readonly #instancesOf = new Groups();
  readonly #requests: Requests;
  readonly #tasksOn = new Groups();

  constructor(kept: KeptWorld = EMPTY_WORLD) {
    this.position = kept.position;
    this.instances = new Map(kept.instances);
    this.tasks = new Map(kept.tasks);
    this.repositories = new Map(kept.repositories);
    this.exposures = new Map(kept.exposures);
    this.progress = new Progress(kept.progress);
    this.asks = new OpenAsks(kept.asks);
    this.#leftBehind = new Map(kept.leftBehind);
    this.#requests = new Requests(kept);
    for (const instance of this.instances.values()) this.#file(instance);
    for (const [id, { repositoryId }] of this.tasks) this.#tasksOn.add(repositoryId, id);
  }

  /** All of it, to write down before the next event is applied. */
  kept(): KeptWorld {
    const { position, instances, tasks, repositories, exposures } = this;
    const { dependencies, questions } = this.#requests;
    return {
      ...{ position, instances, tasks, repositories, exposures, dependencies, questions },
      progress: this.progress.kept(),
      asks: this.asks.kept(),
      leftBehind: this.#leftBehind,
    };
  }

  /** Takes the next event of the log; returns the ids of the instances it may concern. */
  apply(event: RecordedDomainEvent): string[] {
    this.position = event.position;
    if (this.#isAskedByLiving(event)) this.asks.apply(event);
    const concerned = this.#take(event);
    if (event.stream.startsWith('task-')) this.#forgetIfOver(idOf(event.stream));
    else this.#leaveBehindLate(event);
    return concerned;
  }

  /** Whether the event is of a task that was forgotten, or of which something was there before it: that comes first. */
  isStartedAgain({ type, stream }: RecordedDomainEvent): boolean {
    const id = idOf(stream);
    if (type === 'TaskResumed' || type === 'TaskRetried') return !this.tasks.has(id);
    return type === 'TaskCreated' && this.#leftBehind.has(id);
  }

  /** Streams a forgotten task consists of that its own does not lead to. */
  leftBehind(taskId: string): readonly string[] {
    return this.#leftBehind.get(taskId) ?? [];
  }

  /** Takes the events of a forgotten task once more, in order; `streams` are those later events count as the task's of. */
  bringBack(
    taskId: string,
    { events, streams }: { events: readonly RecordedDomainEvent[]; streams: readonly string[] },
  ) {
    for (const event of events) this.#take(event, taskId);
    for (const stream of streams) this.progress.join(taskId, stream);
    this.#leftBehind.delete(taskId);
  }

  /** The phase an instance is responsible for and has not finished; null when it waits or has nothing to do. */
  openPhase({ id, state }: WorldInstance): Assignment | null {
    const assignment = assignmentOf(this.tasks.get(state.taskId)?.phases ?? [], id);
    return assignment !== null && isWorking(assignment) ? assignment : null;
  }

  /** What the next step of a task follows from; null when nothing of it is left to do. */
  stepFacts(taskId: string, signOf: (instanceId: string) => SignOfLife | null): StepFacts | null {
    const task = this.tasks.get(taskId);
    const progress = this.progress.get(taskId);
    if (task === undefined || progress === undefined) return null;
    const phase = currentPhase(task);
    const attempts = (phase === null ? [] : attemptsUnderWay(phase)).map((attempt) => {
      const instance = this.instances.get(attempt.instanceId);
      return {
        attempt,
        instance: instance?.state ?? null,
        questions: instance === undefined ? [] : this.#requests.questionsBy(instance.id).map(({ state }) => state),
        dependencies: instance === undefined ? [] : this.#requestsOf(instance).map(({ state }) => state),
        review: progress.reviews.get(attempt.reviewId ?? '')?.status ?? ('none' as const),
        restartAt: instance === undefined ? null : restartAt(instance, this.openPhase(instance) !== null),
        sign: signOf(attempt.instanceId),
      };
    });
    const { hold: heldBack, pullRequest, movedAt } = progress;
    return { task, heldBack, attempts, pullRequest, movedAt };
  }

  /**
   * Values given to an instance's task, and requests of it. What was remembered from another task is given to whoever asks
   * for it by name, which makes it one of these.
   */
  dependenciesFor({ workspaceId, state }: WorldInstance): WorldDependency[] {
    return this.#requests.dependenciesOf(state.taskId).filter((dependency) => dependency.workspaceId === workspaceId);
  }

  /** Whether the agent waits for a person. */
  waitsForPerson(instanceId: string): boolean {
    return this.awaitedBy(instanceId).length > 0;
  }

  /** What the agent waits for a person for: ids of its questions and requests. */
  awaitedBy(instanceId: string): string[] {
    const instance = this.instances.get(instanceId);
    if (instance === undefined) return [];
    const open = this.#requestsOf(instance).filter(({ state }) => state.status === 'open' || !state.delivered);
    // A question that is settled is not kept.
    return [...this.#requests.questionsBy(instanceId), ...open].map(({ id }) => id);
  }

  #requestsOf({ id, state }: WorldInstance): WorldDependency[] {
    return this.#requests
      .dependenciesOf(state.taskId)
      .filter(({ state: { requested } }) => requested.instanceId === id);
  }

  #take(event: RecordedDomainEvent, comesBack: string | null = null): string[] {
    this.progress.apply(event);
    const id = idOf(event.stream);
    if (isOf('instance', event)) return this.#instance(id, event);
    if (isOf('task', event)) return this.#task(id, event);
    if (isOf('repository', event)) return this.#repository(id, event);
    if (isOf('dependency', event)) {
      return idsOf(this.#requests.applyDependency(event, (taskId) => this.tasks.has(taskId) || taskId === comesBack));
    }
    if (isOf('question', event)) {
      return idsOf(this.#requests.applyQuestion(event, (instanceId) => this.instances.has(instanceId)));
    }
    if (isOf('workspace', event)) return this.#workspace(id, event);
    return [];
  }

  #instance(id: string, event: RecordedEventIn<'instance'>): string[] {
    const known = this.instances.get(id);
    const state = evolveInstance(known?.state ?? initialInstance, event);
    if (state.status === 'none') return [];
    const entry = known ?? newWorldInstance(id, event, state);
    entry.state = state;
    entry.lastEventId = event.eventId;
    this.instances.set(id, entry);
    this.#file(entry);
    noteOwnEvent(entry, event);
    if (isInstanceEnded(state)) this.#forgetInstance(entry);
    return [id];
  }

  #task(id: string, event: RecordedEventIn<'task'>): string[] {
    const state = evolveTask(this.tasks.get(id) ?? initialTask, event);
    if (state.status === 'none') {
      if (event.type === 'TaskCompleted' || event.type === 'TaskDeleted') this.#leftBehind.delete(id);
      return [];
    }
    this.tasks.set(id, state);
    this.#tasksOn.add(state.repositoryId, id);
    const concerned = valuesOf(this.instances, this.#instancesOf.of(id));
    for (const instance of concerned) noteTaskEvent(instance, event);
    return concerned.map((instance) => instance.id);
  }

  #repository(id: string, event: RecordedEventIn<'repository'>): string[] {
    const state = evolveRepository(this.repositories.get(id) ?? initialRepository, event);
    if (state.status !== 'none') this.repositories.set(id, state);
    this.#forgetIfUnused(id);
    return [];
  }

  #workspace(id: string, event: RecordedEventIn<'workspace'>): string[] {
    if (event.type === 'UnsandboxedAgentsAllowed') this.exposures.set(id, event.data.exposure);
    if (event.type === 'UnsandboxedAgentsForbidden') this.exposures.delete(id);
    return [];
  }

  #file({ id, state: { taskId, status } }: WorldInstance): void {
    this.#instancesOf.add(taskId, id);
    if (status === 'queued' || status === 'lost') this.waiting.add(id);
    else this.waiting.delete(id);
  }

  #forgetInstance({ id, state: { taskId } }: WorldInstance): void {
    this.instances.delete(id);
    this.waiting.delete(id);
    this.#instancesOf.delete(taskId, id);
    this.#requests.forgetAsker(id);
    this.#forgetIfOver(taskId);
  }

  #forgetIfOver(taskId: string): void {
    const task = this.tasks.get(taskId);
    if (task === undefined || !isEnded(task) || this.#instancesOf.of(taskId).size > 0) return;
    const left = [...(this.progress.get(taskId)?.members ?? [])].filter(isNotNamedByTask);
    if (left.length > 0 && mayStartAgain(task)) this.#leftBehind.set(taskId, left);
    this.progress.forget(taskId);
    this.tasks.delete(taskId);
    this.#requests.forgetTask(taskId);
    this.#tasksOn.delete(task.repositoryId, taskId);
    this.#forgetIfUnused(task.repositoryId);
  }

  /** A task that began before its repository was removed still works on it. */
  #forgetIfUnused(repositoryId: string): void {
    const isRemoved = this.repositories.get(repositoryId)?.status === 'removed';
    if (isRemoved && this.#tasksOn.of(repositoryId).size === 0) this.repositories.delete(repositoryId);
  }

  /** What was appended at the very moment its task ended counts when that is started again. */
  #leaveBehindLate(event: RecordedDomainEvent): void {
    const taskId = isNotNamedByTask(event.stream) ? taskNamedBy(event) : null;
    if (taskId === null || this.tasks.has(taskId)) return;
    this.#leftBehind.set(taskId, [...this.leftBehind(taskId), event.stream]);
  }

  #isAskedByLiving(event: RecordedDomainEvent): boolean {
    const asks = event.type === 'QuestionAsked' || event.type === 'DependencyRequested';
    return !asks || this.instances.has(event.data.instanceId);
  }
}

export const SERVER_RESTARTED = 'the server was restarted';

function isNotNamedByTask(stream: string): boolean {
  return NOT_NAMED_BY_TASK.has(categoryIn(stream));
}

function mayStartAgain({ status }: WorldTask): boolean {
  return status === 'failed' || status === 'cancelled';
}

function categoryIn(stream: string): string {
  return stream.slice(0, stream.indexOf('-'));
}

function idsOf(instanceId: string | null): string[] {
  return instanceId === null ? [] : [instanceId];
}

import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import {
  type Assignment,
  assignmentOf,
  attemptsUnderWay,
  currentPhase,
  evolveDependency,
  evolveInstance,
  evolvePullRequest,
  evolveQuestion,
  evolveRepository,
  evolveReview,
  evolveTask,
  initialDependency,
  initialInstance,
  initialPullRequest,
  initialQuestion,
  initialRepository,
  initialReview,
  initialTask,
  isInstanceEnded,
  isWorking,
  OpenAsks,
  type SignOfLife,
  type StepFacts,
} from '@claude-codex/domain';
import { endsHold } from '@claude-codex/domain/task-events/hold';
import { needsMember, taskNamedBy } from '@claude-codex/domain/task-events/task-of';
import { isTaskRelated, type TaskRelatedEvent } from '@claude-codex/domain/task-events/task-related';
import type { WorldDependency, WorldQuestion, WorldRepository, WorldTask } from './kept-world.ts';
import { newProgress, type TaskProgress } from './progress.ts';
import { TEXT_COMMAND } from './requests.ts';
import { newWorldInstance, noteOwnEvent, noteTaskEvent, restartAt, type WorldInstance } from './world-instance.ts';

/**
 * A world that never forgets and looks through everything it has: slow, and right beyond doubt. What `World` answers is
 * compared with it, and what it costs is measured against it.
 */
export class RememberingWorld {
  position = 0;
  readonly instances = new Map<string, WorldInstance>();
  readonly ended = new Set<string>();
  readonly tasks = new Map<string, WorldTask>();
  readonly repositories = new Map<string, WorldRepository>();
  readonly dependencies = new Map<string, WorldDependency>();
  readonly questions = new Map<string, WorldQuestion>();
  readonly exposures = new Map<string, string>();
  readonly progress = new RememberingProgress();
  readonly asks = new OpenAsks();

  get waiting(): Set<string> {
    const all = [...this.instances.values()];
    return new Set(all.flatMap(({ id, state }) => (state.status === 'queued' || state.status === 'lost' ? [id] : [])));
  }

  apply(event: RecordedDomainEvent): string[] {
    this.position = event.position;
    this.progress.apply(event);
    this.asks.apply(event);
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
      case 'workspace':
        return this.#workspace(id, event);
      default:
        return [];
    }
  }

  openPhase({ id, state }: WorldInstance): Assignment | null {
    const assignment = assignmentOf(this.tasks.get(state.taskId)?.phases ?? [], id);
    return assignment !== null && isWorking(assignment) ? assignment : null;
  }

  stepFacts(taskId: string, signOf: (instanceId: string) => SignOfLife | null): StepFacts | null {
    const task = this.tasks.get(taskId);
    const progress = this.progress.get(taskId);
    if (task === undefined || progress === undefined) return null;
    const phase = currentPhase(task);
    const attempts = (phase === null ? [] : attemptsUnderWay(phase)).map((attempt) => {
      const instance = this.instances.get(attempt.instanceId);
      const isIts = (asked: { instanceId: string }) => asked.instanceId === instance?.id;
      return {
        attempt,
        instance: instance?.state ?? null,
        questions: [...this.questions.values()].flatMap(({ state }) => (isIts(state.asked) ? [state] : [])),
        dependencies: [...this.dependencies.values()].flatMap(({ state }) => (isIts(state.requested) ? [state] : [])),
        review: progress.reviews.get(attempt.reviewId ?? '')?.status ?? ('none' as const),
        restartAt: instance === undefined ? null : restartAt(instance, this.openPhase(instance) !== null),
        sign: signOf(attempt.instanceId),
      };
    });
    const { hold: heldBack, pullRequest, movedAt } = progress;
    return { task, heldBack, attempts, pullRequest, movedAt };
  }

  dependenciesFor(instance: WorldInstance): WorldDependency[] {
    return [...this.dependencies.values()].filter(
      ({ state, workspaceId }) =>
        workspaceId === instance.workspaceId && state.requested.taskId === instance.state.taskId,
    );
  }

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

  #task(id: string, event: RecordedDomainEvent): string[] {
    const state = evolveTask(this.tasks.get(id) ?? initialTask, event as never);
    if (state.status === 'none') return [];
    this.tasks.set(id, state);
    const concerned = [...this.instances.values()].filter((instance) => instance.state.taskId === id);
    for (const instance of concerned) noteTaskEvent(instance, event);
    return concerned.map((instance) => instance.id);
  }

  #repository(id: string, event: RecordedDomainEvent): string[] {
    const state = evolveRepository(this.repositories.get(id) ?? initialRepository, event as never);
    if (state.status !== 'none') this.repositories.set(id, state);
    return [];
  }

  #workspace(id: string, event: RecordedDomainEvent): string[] {
    if (event.type === 'UnsandboxedAgentsAllowed') this.exposures.set(id, event.data.exposure);
    if (event.type === 'UnsandboxedAgentsForbidden') this.exposures.delete(id);
    return [];
  }

  #dependency(id: string, event: RecordedDomainEvent): string[] {
    const known = this.dependencies.get(id);
    const state = evolveDependency(known?.state ?? initialDependency, event as never);
    if (state.status === 'none') return [];
    const byText = event.meta.commandId.startsWith(TEXT_COMMAND);
    const entry = known ?? { id, workspaceId: event.meta.workspaceId, state, byText };
    entry.state = state;
    this.dependencies.set(id, entry);
    return [state.requested.instanceId];
  }

  #question(id: string, event: RecordedDomainEvent): string[] {
    const state = evolveQuestion(this.questions.get(id)?.state ?? initialQuestion, event as never);
    if (state.status === 'none') return [];
    if (state.status === 'withdrawn' || (state.status === 'answered' && state.delivered)) this.questions.delete(id);
    else this.questions.set(id, { id, state });
    return [state.asked.instanceId];
  }
}

/** What is said or noted of a task, and does not bring it along. */
const SAID_ONLY = /^(?:thread|proposal|usage|tools)-/;
const NOTES: ReadonlySet<string> = new Set(['TaskHeldBack', 'ReviewThreadBegun']);

/**
 * The progress of every task there ever was, told from all its events whenever somebody asks, and by the deciders' own
 * folds: what `Progress` says event by event is compared with it.
 */
class RememberingProgress {
  readonly #events = new Map<string, TaskRelatedEvent[]>();
  readonly #members = new Map<string, string>();

  get(taskId: string): TaskProgress | undefined {
    const [first, ...later] = this.#events.get(taskId) ?? [];
    if (first === undefined) return undefined;
    const events = [first, ...later];
    const moved = events.findLast(({ type, stream }) => !NOTES.has(type) && !SAID_ONLY.test(stream)) ?? first;
    const reviews: TaskProgress['reviews'] = new Map();
    for (const [stream, own] of Map.groupBy(events, ({ stream }) => stream)) {
      if (!stream.startsWith('review-')) continue;
      const state = own.reduce((before, event) => evolveReview(before, event as never), initialReview);
      if (state.status !== 'none') reviews.set(idOf(stream), state);
    }
    return {
      ...newProgress(first),
      ...{ movedAt: Date.parse(moved.at), movedBy: moved.eventId, hold: holdAfter(events) },
      pullRequest: events.reduce((state, event) => evolvePullRequest(state, event as never), initialPullRequest).status,
      reviews,
    };
  }

  apply(event: RecordedDomainEvent): void {
    if (!isTaskRelated(event)) return;
    const taskId = taskNamedBy(event) ?? this.#members.get(event.stream);
    if (taskId === undefined) return;
    this.#events.set(taskId, [...(this.#events.get(taskId) ?? []), event]);
    if (needsMember(event)) this.#members.set(event.stream, taskId);
  }
}

/** What holds a task back after these; since when, by the first time that cause was named without a step in between. */
function holdAfter(events: readonly TaskRelatedEvent[]): TaskProgress['hold'] {
  const last = events.findLastIndex(({ type }) => type === 'TaskHeldBack');
  const said = events[last];
  if (said?.type !== 'TaskHeldBack') return null;
  const { cause } = said.data;
  if (events.slice(last + 1).some((event) => endsHold(cause, event))) return null;
  const before = holdAfter(events.slice(0, last));
  const saidAt = Date.parse(said.at);
  return { ...said.data, since: before?.cause === cause ? before.since : saidAt, saidAt };
}

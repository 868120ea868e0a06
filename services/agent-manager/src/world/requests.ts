import { idOf, type RecordedEventIn } from '@claude-codex/contracts';
import { evolveDependency, evolveQuestion, initialDependency, initialQuestion } from '@claude-codex/domain';
import { Groups, valuesOf } from './groups.ts';
import type { KeptWorld, WorldDependency, WorldQuestion } from './kept-world.ts';

/** Command ids of the text protocol start with this, so that a replay of the log knows how something was asked. */
export const TEXT_COMMAND = 'text:';

/** What agents asked of people: values by task, which outlive the agent that asked, and questions by agent. */
export class Requests {
  readonly dependencies: Map<string, WorldDependency>;
  readonly questions: Map<string, WorldQuestion>;
  readonly #dependenciesOf = new Groups();
  readonly #questionsBy = new Groups();

  constructor(kept: Pick<KeptWorld, 'dependencies' | 'questions'>) {
    this.dependencies = new Map(kept.dependencies);
    this.questions = new Map(kept.questions);
    for (const { id, state } of this.dependencies.values()) this.#dependenciesOf.add(state.requested.taskId, id);
    for (const { id, state } of this.questions.values()) this.#questionsBy.add(state.asked.instanceId, id);
  }

  dependenciesOf(taskId: string): WorldDependency[] {
    return valuesOf(this.dependencies, this.#dependenciesOf.of(taskId));
  }

  /** Those that are not settled. */
  questionsBy(instanceId: string): WorldQuestion[] {
    return valuesOf(this.questions, this.#questionsBy.of(instanceId));
  }

  /** Returns who asked; null for what belongs to no task that `lives`. */
  applyDependency(event: RecordedEventIn<'dependency'>, lives: (taskId: string) => boolean): string | null {
    const id = idOf(event.stream);
    const known = this.dependencies.get(id);
    const state = evolveDependency(known?.state ?? initialDependency, event);
    if (state.status === 'none' || !lives(state.requested.taskId)) return null;
    const byText = event.meta.commandId.startsWith(TEXT_COMMAND);
    const entry = known ?? { id, workspaceId: event.meta.workspaceId, state, byText };
    entry.state = state;
    this.dependencies.set(id, entry);
    this.#dependenciesOf.add(state.requested.taskId, id);
    return state.requested.instanceId;
  }

  /** Returns who asked; a question that is settled, or whose asker does not live, has nothing left to do. */
  applyQuestion(event: RecordedEventIn<'question'>, lives: (instanceId: string) => boolean): string | null {
    const id = idOf(event.stream);
    const state = evolveQuestion(this.questions.get(id)?.state ?? initialQuestion, event);
    if (state.status === 'none') return null;
    const { instanceId } = state.asked;
    const isSettled = state.status === 'withdrawn' || (state.status === 'answered' && state.delivered);
    if (isSettled || !lives(instanceId)) {
      this.questions.delete(id);
      this.#questionsBy.delete(instanceId, id);
    } else {
      this.questions.set(id, { id, state });
      this.#questionsBy.add(instanceId, id);
    }
    return instanceId;
  }

  forgetTask(taskId: string): void {
    for (const id of this.#dependenciesOf.take(taskId)) this.dependencies.delete(id);
  }

  forgetAsker(instanceId: string): void {
    for (const id of this.#questionsBy.take(instanceId)) this.questions.delete(id);
  }
}

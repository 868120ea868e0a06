import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import { evolveQuestion, initialQuestion, isAboutHandOver, type QuestionState } from '@claude-codex/domain';
import type { Fold } from '@claude-codex/eventing';

/** A question that is not settled: nobody has answered it, or its agent has not got the answer. */
export interface OpenQuestion {
  readonly id: string;
  readonly workspaceId: string;
  readonly correlationId: string;
  readonly askedBy: { readonly eventId: string; readonly causedBy: string | null };
  /** In ms since 1970, by the store's clock. */
  readonly askedAt: number;
  state: Extract<QuestionState, { status: 'open' | 'answered' }>;
  answered: { readonly at: number; readonly eventId: string } | null;
  readonly aboutHandOver: boolean;
}

/** Raised by whoever changes what `OpenQuestions` makes of the same events: what an older one kept is then not used. */
export const OPEN_QUESTIONS_SHAPE = 1;

export interface KeptQuestions {
  readonly position: number;
  readonly questions: ReadonlyMap<string, OpenQuestion>;
  readonly submittedAt: ReadonlyMap<string, number | null>;
}

const NONE: KeptQuestions = { position: 0, questions: new Map(), submittedAt: new Map() };

/** The questions that are not settled and the agents that live, folded from the log. */
export class OpenQuestions implements Fold<KeptQuestions> {
  position: number;
  readonly questions: Map<string, OpenQuestion>;
  /** By living instance, when it last said that its work is finished, in ms since 1970; null before that. */
  readonly #submittedAt: Map<string, number | null>;

  constructor({ position, questions, submittedAt }: KeptQuestions = NONE) {
    this.position = position;
    this.questions = new Map(questions);
    this.#submittedAt = new Map(submittedAt);
  }

  kept(): KeptQuestions {
    return { position: this.position, questions: this.questions, submittedAt: this.#submittedAt };
  }

  apply(event: RecordedDomainEvent): void {
    this.position = event.position;
    const id = idOf(event.stream);
    switch (event.type) {
      case 'InstanceQueued':
        this.#submittedAt.set(id, null);
        return;
      case 'PhaseSubmitted':
        this.#submittedAt.set(id, Date.parse(event.at));
        return;
      case 'InstanceCompleted':
      case 'InstanceFailed':
      case 'InstanceStopped':
        this.#submittedAt.delete(id);
        return;
      case 'QuestionAsked':
      case 'QuestionAnswered':
      case 'AnswerDelivered':
      case 'QuestionWithdrawn':
        this.#question(id, event);
        return;
      default:
    }
  }

  /** Whether the agent that asked has ended. */
  isAlone({ state }: OpenQuestion): boolean {
    return !this.#submittedAt.has(state.asked.instanceId);
  }

  /** When the agent that asked last said that its work is finished. */
  submittedAt({ state }: OpenQuestion): number | null {
    return this.#submittedAt.get(state.asked.instanceId) ?? null;
  }

  #question(id: string, event: Extract<RecordedDomainEvent, { type: QuestionEventType }>): void {
    const known = this.questions.get(id);
    const state = evolveQuestion(known?.state ?? initialQuestion, event);
    if (state.status === 'none') return;
    if (state.status === 'withdrawn' || (state.status === 'answered' && state.delivered)) {
      this.questions.delete(id);
      return;
    }
    const question = known ?? newQuestion(id, event, state);
    question.state = state;
    if (event.type === 'QuestionAnswered') question.answered = { at: Date.parse(event.at), eventId: event.eventId };
    this.questions.set(id, question);
  }
}

type QuestionEventType = 'QuestionAsked' | 'QuestionAnswered' | 'AnswerDelivered' | 'QuestionWithdrawn';

function newQuestion(
  id: string,
  { meta, eventId, at }: RecordedDomainEvent,
  state: OpenQuestion['state'],
): OpenQuestion {
  const { workspaceId, correlationId, causedBy } = meta;
  return {
    id,
    workspaceId,
    correlationId,
    askedBy: { eventId, causedBy },
    askedAt: Date.parse(at),
    state,
    answered: null,
    aboutHandOver: isAboutHandOver(meta),
  };
}

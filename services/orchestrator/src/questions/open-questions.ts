import { idOf, type RecordedDomainEvent } from '@claude-codex/contracts';
import { evolveQuestion, initialQuestion, isAboutHandOver, type QuestionState } from '@claude-codex/domain';

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

/** The questions that are not settled and the agents that live, folded from the log. */
export class OpenQuestions {
  readonly questions = new Map<string, OpenQuestion>();
  /** By living instance, when it last said that its work is finished, in ms since 1970; null before that. */
  readonly #submittedAt = new Map<string, number | null>();

  apply(event: RecordedDomainEvent): void {
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

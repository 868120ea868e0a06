import type { EventMeta } from '@claude-codex/contracts/envelope';
import type { EventData, QuestionEvent } from '@claude-codex/contracts/events';
import type { Answer } from '@claude-codex/contracts/question/events';
import { skipUnknown } from '@claude-codex/eventing/decider';

export type QuestionState =
  | { status: 'none' }
  | { status: 'open'; asked: EventData<'QuestionAsked'> }
  | { status: 'answered'; asked: EventData<'QuestionAsked'>; answer: Answer; delivered: boolean }
  | { status: 'withdrawn'; asked: EventData<'QuestionAsked'> };

export const initialQuestion: QuestionState = { status: 'none' };

export function evolveQuestion(state: QuestionState, event: QuestionEvent): QuestionState {
  if (event.type === 'QuestionAsked') return { status: 'open', asked: event.data };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'QuestionAnswered':
      return { status: 'answered', asked: state.asked, answer: event.data.answer, delivered: false };
    case 'AnswerDelivered':
      return state.status === 'answered' ? { ...state, delivered: true } : state;
    case 'QuestionWithdrawn':
      return { status: 'withdrawn', asked: state.asked };
    default:
      return skipUnknown(event, state);
  }
}

/**
 * Of an open question and a later hand-over of its asker the hand-over wins: who says that the work is finished waits for no
 * answer any more, and a review has one card and not two. What the person would have answered goes into the review.
 */
export function isOvertaken(askedAt: number, submittedAt: number | null): boolean {
  return submittedAt !== null && submittedAt > askedAt;
}

/** Questions about a hand-over are asked by a command whose id starts with this. */
export const HAND_OVER_COMMAND = 'hand-over-question:';

/** Asked about a hand-over under way: whoever takes that in waits for the answer, and the agent gets no message. */
export function isAboutHandOver({ commandId }: Pick<EventMeta, 'commandId'>): boolean {
  return commandId.startsWith(HAND_OVER_COMMAND);
}

/** What is taken when nobody answers in time: the option of that name, otherwise the words. Null when there is none. */
export function defaultAnswerOf({ defaultAnswer, options }: EventData<'QuestionAsked'>): Answer | null {
  if (defaultAnswer === null) return null;
  const isOption = options.some(({ label }) => label === defaultAnswer);
  return isOption ? { choices: [defaultAnswer], text: '' } : { choices: [], text: defaultAnswer };
}

/** The answer as the agent reads it: chosen options first, then the person's own words. */
export function answerText({ choices, text }: Answer): string {
  return [choices.join(', '), text.trim()].filter((part) => part !== '').join('\n');
}

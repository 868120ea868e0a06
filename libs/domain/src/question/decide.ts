import type { EventData, QuestionEvent } from '@claude-codex/contracts/events';
import type { Answer } from '@claude-codex/contracts/question/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolveQuestion, initialQuestion, type QuestionState } from './state.ts';

export type QuestionCommand =
  | ({ type: 'AskQuestion' } & EventData<'QuestionAsked'>)
  | { type: 'AnswerQuestion'; answer: Answer; by: 'person' | 'default' }
  /** Claims the answer for one way of delivery; the other way is then refused. */
  | { type: 'ClaimDelivery'; via: 'tool' | 'message' }
  | { type: 'WithdrawQuestion'; reason: string };

export function decideQuestion(command: QuestionCommand, state: QuestionState): QuestionEvent[] {
  if (command.type === 'AskQuestion') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'QuestionAsked', data }] : [];
  }
  if (state.status === 'none') return refuse('QUESTION_NOT_FOUND');
  switch (command.type) {
    case 'AnswerQuestion':
      if (state.status !== 'open') {
        if (command.by === 'default') return [];
        refuse('QUESTION_ALREADY_ANSWERED', { status: state.status });
      }
      checkAnswer(state.asked, command.answer);
      return [{ type: 'QuestionAnswered', data: { answer: command.answer, by: command.by } }];
    case 'ClaimDelivery':
      if (state.status !== 'answered') return refuse('QUESTION_NOT_ANSWERED', { status: state.status });
      if (state.delivered) refuse('ANSWER_ALREADY_DELIVERED');
      return [{ type: 'AnswerDelivered', data: { via: command.via } }];
    case 'WithdrawQuestion':
      return state.status === 'open' ? [{ type: 'QuestionWithdrawn', data: { reason: command.reason } }] : [];
    default:
      return unknownCommand(command);
  }
}

function checkAnswer(asked: EventData<'QuestionAsked'>, { choices, text }: Answer): void {
  const labels = asked.options.map((option) => option.label);
  const foreign = choices.find((choice) => !labels.includes(choice));
  if (foreign !== undefined) refuse('ANSWER_NOT_AN_OPTION', { field: 'choices', choice: foreign, options: labels });
  if (choices.length > 1 && !asked.multi) refuse('ANSWER_NOT_SINGLE', { field: 'choices', choices });
  if (choices.length === 0 && text.trim() === '') refuse('INVALID_FIELD', { field: 'text', expected: 'an answer' });
}

export const questionDecider: Decider<QuestionState, QuestionCommand, QuestionEvent> = {
  initialState: initialQuestion,
  evolve: evolveQuestion,
  decide: decideQuestion,
};

import type { QuestionEvent } from '@claude-codex/contracts/events';
import { specFor } from '@claude-codex/eventing/spec/given';
import { describe, expect, it } from 'vitest';
import { CODER, TASK } from '../spec/samples.ts';
import { answerText, defaultAnswerOf, questionDecider } from './index.ts';

const given = specFor(questionDecider);
const data = {
  taskId: TASK,
  instanceId: CODER,
  category: 'technical' as const,
  question: 'Which one?',
  options: [
    { label: 'A', description: '' },
    { label: 'B', description: '' },
  ],
  multi: false,
  defaultAnswer: null,
  timeoutSeconds: null,
};
const asked: QuestionEvent = { type: 'QuestionAsked', data };
const answer = { choices: ['A'], text: '' };
const answered: QuestionEvent = { type: 'QuestionAnswered', data: { answer, by: 'person' } };

describe('a question', () => {
  it('is asked once', () => {
    given([])
      .when({ type: 'AskQuestion', ...data })
      .then([asked]);
    given([asked])
      .when({ type: 'AskQuestion', ...data })
      .thenNothing();
  });

  it('is answered once', () => {
    given([asked]).when({ type: 'AnswerQuestion', answer, by: 'person' }).then([answered]);
    given([asked, answered])
      .when({ type: 'AnswerQuestion', answer, by: 'person' })
      .refusedWith('QUESTION_ALREADY_ANSWERED');
    given([asked, answered]).when({ type: 'AnswerQuestion', answer, by: 'default' }).thenNothing();
  });

  it('takes only what it offers', () => {
    given([asked])
      .when({ type: 'AnswerQuestion', answer: { choices: ['C'], text: '' }, by: 'person' })
      .refusedWith('ANSWER_NOT_AN_OPTION', { choice: 'C' });
    given([asked])
      .when({ type: 'AnswerQuestion', answer: { choices: ['A', 'B'], text: '' }, by: 'person' })
      .refusedWith('ANSWER_NOT_SINGLE');
    given([asked])
      .when({ type: 'AnswerQuestion', answer: { choices: [], text: ' ' }, by: 'person' })
      .refusedWith('INVALID_FIELD');
  });

  it('hands its answer over by one way only', () => {
    given([asked]).when({ type: 'ClaimDelivery', via: 'tool' }).refusedWith('QUESTION_NOT_ANSWERED');
    const delivered: QuestionEvent = { type: 'AnswerDelivered', data: { via: 'tool' } };
    given([asked, answered]).when({ type: 'ClaimDelivery', via: 'tool' }).then([delivered]);
    given([asked, answered, delivered])
      .when({ type: 'ClaimDelivery', via: 'message' })
      .refusedWith('ANSWER_ALREADY_DELIVERED');
  });
});

it('an answer reads as choices, then own words', () => {
  expect(answerText({ choices: ['A', 'B'], text: ' because ' })).toBe('A, B\nbecause');
  expect(answerText({ choices: [], text: 'neither' })).toBe('neither');
});

it('a default names an option, or is the answer in words', () => {
  expect(defaultAnswerOf(data)).toBeNull();
  expect(defaultAnswerOf({ ...data, defaultAnswer: 'B' })).toEqual({ choices: ['B'], text: '' });
  expect(defaultAnswerOf({ ...data, defaultAnswer: 'Neither' })).toEqual({ choices: [], text: 'Neither' });
});

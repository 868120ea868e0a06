import { keptFields } from '@claude-codex/testing/kept-fields';
import { expect, it } from 'vitest';
import { OPEN_QUESTIONS_SHAPE, OpenQuestions } from './open-questions.ts';

/** Whoever has to change this raises `OPEN_QUESTIONS_SHAPE` in the same commit. */
const KEPT = {
  shape: 1,
  parts: {
    position: '',
    questions:
      'aboutHandOver answered answered.at answered.eventId askedAt askedBy.causedBy askedBy.eventId correlationId id state.answer.choices[] state.answer.text state.asked.category state.asked.defaultAnswer state.asked.instanceId state.asked.multi state.asked.options[].description state.asked.options[].label state.asked.question state.asked.taskId state.asked.timeoutSeconds state.delivered state.status workspaceId',
    submittedAt: '',
  },
};

it('what is kept of open questions looks as its version says', () => {
  expect({ shape: OPEN_QUESTIONS_SHAPE, parts: keptFields(() => new OpenQuestions()) }).toEqual(KEPT);
}, 30_000);

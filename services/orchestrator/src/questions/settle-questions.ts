import { streamOf, systemActor } from '@claude-codex/contracts';
import { defaultAnswerOf, isOvertaken, type QuestionCommand, questionDecider } from '@claude-codex/domain';
import { type Clock, type EventStore, handleCommand, type Log } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import { deliverAnswer, isUndelivered } from './deliver-answer.ts';
import type { OpenQuestion, OpenQuestions } from './open-questions.ts';

export interface SettlePorts {
  store: EventStore;
  clock: Pick<Clock, 'now'>;
  log: Log;
}

/**
 * Settles the questions no person will: those whose agent has ended or handed over its work are withdrawn, those nobody
 * answered in the time their asker set get their default, and answers that no tool call took go to the agent as messages.
 * It looks at what is so instead of keeping timers, so a server that was down for days does it when it is back. Several
 * may do it at once: the command id comes from the question, and a person who was faster has answered.
 */
export async function settleQuestions(ports: SettlePorts, open: OpenQuestions): Promise<void> {
  for (const question of [...open.questions.values()]) {
    try {
      await settle(ports, open, question);
    } catch (error) {
      // One question that cannot be settled must not keep the others waiting; the next pass tries again.
      ports.log.warn({ err: error, questionId: question.id }, 'a question could not be settled yet; will retry');
    }
  }
}

async function settle(ports: SettlePorts, open: OpenQuestions, question: OpenQuestion): Promise<void> {
  const now = ports.clock.now();
  if (question.state.status === 'answered') {
    if (isUndelivered(question, now)) await deliverAnswer(ports, question);
    return;
  }
  if (open.isAlone(question)) return withdraw(ports, question, ENDED);
  if (isOvertaken(question.askedAt, open.submittedAt(question))) return withdraw(ports, question, HANDED_OVER);
  if (isDue(question, now)) return takeDefault(ports, question);
}

function isDue({ state, askedAt }: OpenQuestion, now: number): boolean {
  const { timeoutSeconds, defaultAnswer } = state.asked;
  return timeoutSeconds !== null && defaultAnswer !== null && now >= askedAt + timeoutSeconds * 1_000;
}

const ENDED = 'the agent that asked has ended';
const HANDED_OVER = 'the agent handed over its work without waiting for the answer';

/** Nobody waits for the answer any more. */
async function withdraw({ store, log }: SettlePorts, question: OpenQuestion, reason: string): Promise<void> {
  const position = await act(store, question, {
    commandId: idFrom('withdraw-question', question.id),
    command: { type: 'WithdrawQuestion', reason },
  });
  if (position !== null) log.info({ questionId: question.id, position }, 'a question was withdrawn with its agent');
}

async function takeDefault({ store, log }: SettlePorts, question: OpenQuestion): Promise<void> {
  const { id, state } = question;
  const answer = defaultAnswerOf(state.asked);
  if (answer === null) return;
  const position = await act(store, question, {
    commandId: idFrom('default-answer', id),
    command: { type: 'AnswerQuestion', answer, by: 'default' },
  });
  if (position !== null) log.info({ questionId: id, position }, 'nobody answered in time: the default was taken');
}

/** Gives the position of what was appended, null when somebody was faster. */
async function act(
  store: EventStore,
  { id, workspaceId, correlationId, askedBy }: OpenQuestion,
  { commandId, command }: { commandId: string; command: QuestionCommand },
): Promise<number | null> {
  const { causedBy, eventId: causationId } = askedBy;
  const meta = { actor: systemActor('orchestrator'), causedBy, correlationId, causationId, workspaceId };
  const stream = streamOf('question', id);
  return (await handleCommand(store, { commandId, meta, stream, decider: questionDecider, command })).position;
}

import { type Actor, streamOf } from '@claude-codex/contracts';
import { defaultAnswerOf, isOvertaken, type QuestionCommand, questionDecider } from '@claude-codex/domain';
import { type EventStore, handleCommand } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { ManagerParts } from '../instances/parts.ts';
import type { WorldQuestion } from '../world/world.ts';

/**
 * Settles the questions no person will: those whose agent has ended or handed over its work are withdrawn, and those nobody answered in the time
 * their asker set get their default. It looks at what is so instead of keeping timers, so a server that was down for
 * days does it when it is back. Every manager may do it at once: the command id comes from the question, and a person
 * who was faster has answered.
 */
export async function settleQuestions(parts: Pick<ManagerParts, 'store' | 'world' | 'clock' | 'log'>): Promise<void> {
  const { world, clock, log } = parts;
  for (const question of [...world.questions.values()]) {
    if (question.state.status !== 'open') continue;
    try {
      const { instanceId } = question.state.asked;
      const submittedAt = world.instances.get(instanceId)?.submittedAt ?? null;
      if (world.ended.has(instanceId)) await withdraw(parts, question, ENDED);
      else if (isOvertaken(question.askedAt, submittedAt)) await withdraw(parts, question, HANDED_OVER);
      else if (isDue(question, clock.now())) await takeDefault(parts, question);
    } catch (error) {
      // One question that cannot be settled must not keep the others waiting; the next pass tries again.
      log.warn({ err: error, questionId: question.id }, 'a question could not be settled yet; will retry');
    }
  }
}

function isDue({ state, askedAt }: WorldQuestion, now: number): boolean {
  const { timeoutSeconds, defaultAnswer } = state.asked;
  return timeoutSeconds !== null && defaultAnswer !== null && now >= askedAt + timeoutSeconds * 1_000;
}

type Settling = Pick<ManagerParts, 'store' | 'log'>;

const ENDED = { by: 'agent ended', reason: 'the agent that asked has ended' };
const HANDED_OVER = {
  by: 'agent handed over',
  reason: 'the agent handed over its work without waiting for the answer',
};

/** Nobody waits for the answer any more. */
async function withdraw({ store, log }: Settling, question: WorldQuestion, why: typeof ENDED): Promise<void> {
  const position = await settle(store, question, {
    commandId: idFrom('withdraw-question', question.id),
    actor: { kind: 'system', id: why.by },
    command: { type: 'WithdrawQuestion', reason: why.reason },
  });
  if (position !== null) log.info({ questionId: question.id, position }, 'a question was withdrawn with its agent');
}

async function takeDefault({ store, log }: Settling, question: WorldQuestion): Promise<void> {
  const { id, state } = question;
  const answer = defaultAnswerOf(state.asked);
  if (answer === null) return;
  const position = await settle(store, question, {
    commandId: idFrom('default-answer', id),
    actor: { kind: 'system', id: `default after ${state.asked.timeoutSeconds} s` },
    command: { type: 'AnswerQuestion', answer, by: 'default' },
  });
  if (position !== null) log.info({ questionId: id, position }, 'nobody answered in time: the default was taken');
}

/** Gives the position of what was appended, null when somebody was faster. */
async function settle(
  store: EventStore,
  { id, workspaceId, correlationId, askedBy }: WorldQuestion,
  { commandId, actor, command }: { commandId: string; actor: Actor; command: QuestionCommand },
): Promise<number | null> {
  const meta = { actor, causedBy: askedBy.causedBy, correlationId, causationId: askedBy.eventId, workspaceId };
  const stream = streamOf('question', id);
  return (await handleCommand(store, { commandId, meta, stream, decider: questionDecider, command })).position;
}

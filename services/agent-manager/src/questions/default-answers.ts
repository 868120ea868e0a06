import { type Actor, streamOf } from '@claude-codex/contracts';
import { defaultAnswerOf, questionDecider } from '@claude-codex/domain';
import { handleCommand } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { ManagerParts } from '../instances/parts.ts';
import type { WorldQuestion } from '../world/world.ts';

/**
 * Answers, with their defaults, the questions nobody answered in the time their asker set. It looks at what is due
 * instead of keeping timers, so a server that was down for days does it when it is back. Every manager may do it at
 * once: the command id comes from the question, and a person who was faster has answered.
 */
export async function takeDefaultAnswers(
  parts: Pick<ManagerParts, 'store' | 'world' | 'clock' | 'log'>,
): Promise<void> {
  const { world, clock, log } = parts;
  const due = [...world.questions.values()].filter((question) => isDue(question, clock.now()));
  for (const question of due) {
    // Nobody waits for the answer of an agent that has ended.
    if (world.ended.has(question.state.asked.instanceId)) continue;
    try {
      await takeDefault(parts, question);
    } catch (error) {
      // One question that cannot be answered must not keep the others waiting; the next pass tries again.
      log.warn({ err: error, questionId: question.id }, 'a default answer could not be taken yet; will retry');
    }
  }
}

function isDue({ state, askedAt }: WorldQuestion, now: number): boolean {
  if (state.status !== 'open') return false;
  const { timeoutSeconds, defaultAnswer } = state.asked;
  return timeoutSeconds !== null && defaultAnswer !== null && now >= askedAt + timeoutSeconds * 1_000;
}

async function takeDefault({ store, log }: Pick<ManagerParts, 'store' | 'log'>, question: WorldQuestion) {
  const { id, workspaceId, correlationId, askedBy, state } = question;
  const answer = defaultAnswerOf(state.asked);
  if (answer === null) return;
  const actor: Actor = { kind: 'system', id: `default after ${state.asked.timeoutSeconds} s` };
  const { position } = await handleCommand(store, {
    commandId: idFrom('default-answer', id),
    meta: { actor, causedBy: askedBy.causedBy, correlationId, causationId: askedBy.eventId, workspaceId },
    stream: streamOf('question', id),
    decider: questionDecider,
    command: { type: 'AnswerQuestion', answer, by: 'default' },
  });
  if (position !== null) log.info({ questionId: id, position }, 'nobody answered in time: the default was taken');
}

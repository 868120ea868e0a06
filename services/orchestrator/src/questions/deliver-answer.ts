import { streamOf, systemActor } from '@claude-codex/contracts';
import { answerText, instanceDecider, questionDecider } from '@claude-codex/domain';
import { DomainError, type EventStore, handleTransaction, type Log } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { OpenQuestion } from './open-questions.ts';

/** The tool call that waits for the answer gets it first; after this it goes as a message. */
const TOOL_CALL_FIRST_MS = 2_000;

/** Whether an answer has waited long enough for the tool call it belongs to. */
export function isUndelivered({ answered, aboutHandOver }: OpenQuestion, now: number): boolean {
  return answered !== null && !aboutHandOver && now >= answered.at + TOOL_CALL_FIRST_MS;
}

/**
 * Claims an answer that no tool call took and sends it as a message, in one write: the agent hears it exactly once. An
 * answer that was taken, or an instance that ended, refuses: null, otherwise the position.
 */
export async function deliverAnswer(
  { store, log }: { store: EventStore; log: Log },
  { id, state, askedBy, answered, correlationId, workspaceId }: OpenQuestion,
): Promise<number | null> {
  if (state.status !== 'answered' || answered === null) return null;
  const { asked, answer } = state;
  const text = `Answer to your question "${asked.question}":\n\n${answerText(answer)}`;
  const command = { type: 'SendMessage' as const, messageId: idFrom('answer', id), text, interrupt: false };
  try {
    const { position } = await handleTransaction(store, {
      commandId: idFrom('deliver-answer', id),
      meta: {
        actor: systemActor('orchestrator'),
        causedBy: askedBy.causedBy,
        correlationId,
        causationId: answered.eventId,
        workspaceId,
      },
      decide: async (load) => {
        const question = streamOf('question', id);
        const instance = streamOf('instance', asked.instanceId);
        const claim = { type: 'ClaimDelivery' as const, via: 'message' as const };
        const claimed = questionDecider.decide(claim, (await load(question, questionDecider)).state);
        const sent = instanceDecider.decide(command, (await load(instance, instanceDecider)).state);
        return [
          { stream: question, events: claimed },
          { stream: instance, events: sent },
        ];
      },
    });
    return position;
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    log.debug({ questionId: id, code: error.code }, 'the answer was delivered another way');
    return null;
  }
}

import { streamOf } from '@claude-codex/contracts';
import { placesText, secretsText } from '@claude-codex/contracts/worker/secret-places';
import { answerText, HAND_OVER_COMMAND, questionDecider } from '@claude-codex/domain';
import { handleCommand, loadState } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { Submission, WorldInstance } from '../world/world.ts';
import { metaOf } from './commands.ts';
import type { Deciding } from './ports.ts';
import type { Collected } from './run-state.ts';

const ACCEPT = 'Accept once';
const SEND_BACK = 'Send back';

export type SecretDecision =
  | { readonly kind: 'go on'; readonly notices: readonly string[] }
  /** A person let the values in this commit pass; only now it may leave its place. */
  | { readonly kind: 'accepted'; readonly headSha: string; readonly notices: readonly string[] }
  /** A person has been asked and has not answered. */
  | { readonly kind: 'open' }
  | { readonly kind: 'sent back'; readonly text: string };

/**
 * Values a person gave stand in commits that are handed over although the agent was told: a person decides, on a card
 * that shows names and places. The question belongs to this very commit, so accepting holds once.
 */
export async function decisionAboutSecrets(
  parts: Deciding,
  instance: WorldInstance,
  submission: Submission,
  { secrets = [], headSha }: Collected,
): Promise<SecretDecision> {
  const phase = parts.world.openPhase(instance);
  // Not told yet: the hand-over is refused to the agent with the places, by the rules of the phase.
  if (secrets.length === 0 || !phase?.told.includes(secretsText(secrets))) return { kind: 'go on', notices: [] };
  const questionId = idFrom('secrets-in-commits', submission.eventId, headSha);
  const stream = streamOf('question', questionId);
  const meta = metaOf(instance);
  const ask = {
    type: 'AskQuestion' as const,
    taskId: instance.state.taskId,
    instanceId: instance.id,
    category: 'permission' as const,
    question: `Values that were given to the agent are in the commits it hands over: ${placesText(secrets)}. The agent was told to remove them.`,
    options: [
      { label: ACCEPT, description: 'Hand this commit over to its review as it is; the values stay in its history.' },
      { label: SEND_BACK, description: 'The agent has to remove them first.' },
    ],
    multi: false,
    defaultAnswer: null,
    timeoutSeconds: null,
  };
  const asked = { commandId: `${HAND_OVER_COMMAND}${questionId}`, meta, stream, decider: questionDecider };
  const { position } = await handleCommand(parts.store, { ...asked, command: ask });
  if (position !== null) await parts.followed.reached(position);

  const state = await loadState(parts.store, stream, questionDecider);
  if (state.status !== 'answered') return { kind: 'open' };
  if (!state.delivered) {
    const claim = { type: 'ClaimDelivery' as const, via: 'message' as const };
    const { position: at } = await handleCommand(parts.store, {
      commandId: idFrom('decided', questionId),
      meta,
      stream,
      decider: questionDecider,
      command: claim,
    });
    if (at !== null) await parts.followed.reached(at);
  }
  if (state.answer.choices.includes(ACCEPT))
    return {
      kind: 'accepted',
      headSha,
      notices: [`A person accepted values in the commits once: ${placesText(secrets)}.`],
    };
  const words = state.answer.choices.includes(SEND_BACK) ? '' : ` They said: ${answerText(state.answer)}`;
  return {
    kind: 'sent back',
    text: `A person decided about the values in your commits.${words} ${secretsText(secrets)}`,
  };
}

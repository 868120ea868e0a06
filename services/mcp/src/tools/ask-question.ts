import type { EventData } from '@claude-codex/contracts';
import { QuestionCategory, streamOf } from '@claude-codex/contracts';
import type { QuestionCommand } from '@claude-codex/domain';
import { answerText, questionDecider } from '@claude-codex/domain';
import { DomainError, handleCommand, loadState } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import type { ToolContext } from '../calls/tool.ts';
import { EVERY_KIND } from '../calls/tool.ts';
import { longText, shortText } from './limits.ts';
import { waitForPerson } from './wait-for-person.ts';

const option = z.union([
  z.object({ label: shortText, description: z.string().trim().max(1_000).default('') }),
  shortText.transform((label) => ({ label, description: '' })),
]);

const Input = z.object({
  category: QuestionCategory.default('clarification'),
  question: longText.describe('One question, with what a person needs to know to answer it'),
  options: z.array(option).max(20).default([]).describe('Answers to choose from; leave out for a free answer'),
  multi: z.boolean().default(false).describe('Whether several options may be chosen'),
  default: z.string().trim().min(1).max(4_000).nullable().default(null).describe('Taken when nobody answers in time'),
  timeout: z
    .number()
    .int()
    .positive()
    .max(30 * 86_400)
    .nullable()
    .default(null)
    .describe('Seconds until the default is taken, also when you have gone meanwhile'),
});

export const askQuestion = defineTool({
  name: 'ask_question',
  description:
    'Ask the people of the team something only they can decide, and wait for the answer. Do not guess instead, and do not ask what the code can tell you.',
  kinds: EVERY_KIND,
  inputSchema: Input.refine((input) => input.timeout === null || input.default !== null, {
    path: ['timeout'],
    message: 'needs a default that is taken when it is over',
  }),
  async handler(context, input) {
    const { identity, commandId } = context;
    const questionId = questionIdOf(identity.instanceId, input.question);
    const stream = streamOf('question', questionId);
    const wanted: QuestionCommand = { type: 'AskQuestion', ...askedOf(context, input) };
    const ask = () => command(context, stream, commandId, wanted);
    await context.asking.begin({ instanceId: identity.instanceId, instance: context.instance }, stream, ask);
    const answer = await waitForPerson(context, stream, () => answerNow(context, stream, questionId));
    return answer ?? 'Nobody has answered yet. End your turn now; the answer will arrive as a message.';
  },
});

function askedOf({ identity }: ToolContext, input: z.output<typeof Input>): EventData<'QuestionAsked'> {
  const { category, question, options, multi, default: defaultAnswer, timeout: timeoutSeconds } = input;
  const { taskId, instanceId } = identity;
  return { taskId, instanceId, category, question, options, multi, defaultAnswer, timeoutSeconds };
}

/** The same question of the same instance is the same question, also after a restart that forgot it was asked. */
function questionIdOf(instanceId: string, question: string): string {
  return idFrom('question', instanceId, question.normalize('NFKC').replaceAll(/\s+/g, ' ').trim().toLowerCase());
}

/** The answer, claimed for this way of delivery; null while there is none. */
async function answerNow(context: ToolContext, stream: string, questionId: string): Promise<string | null> {
  const question = await loadState(context.store, streamOf('question', questionId), questionDecider);
  if (question.status === 'withdrawn') return 'The question was withdrawn: decide by yourself and go on.';
  // The default of a question nobody answered in time is taken by the orchestrator, whether or not this call still waits.
  if (question.status !== 'answered') return null;
  const text = `The answer is: ${answerText(question.answer)}`;
  const already = `${text}\n(You may have received it as a message too.)`;
  if (question.delivered) return already;
  try {
    await command(context, stream, idFrom('claim-answer', questionId), { type: 'ClaimDelivery', via: 'tool' });
    return text;
  } catch (error) {
    if (error instanceof DomainError && error.code === 'ANSWER_ALREADY_DELIVERED') return already;
    throw error;
  }
}

async function command(
  { store, instance }: ToolContext,
  stream: string,
  commandId: string,
  wanted: QuestionCommand,
): Promise<void> {
  await handleCommand(store, { commandId, meta: instance.meta, stream, decider: questionDecider, command: wanted });
}

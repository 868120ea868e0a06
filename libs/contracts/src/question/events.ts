import { z } from 'zod';
import { Id } from '../ids.ts';

export const QuestionCategory = z.enum(['business', 'technical', 'clarification', 'permission']);
export type QuestionCategory = z.infer<typeof QuestionCategory>;

/** What a person answered: chosen options (by text) and free words; at least one of the two. */
export const Answer = z.object({ choices: z.array(z.string()), text: z.string() });
export type Answer = z.infer<typeof Answer>;

export const questionEvents = {
  QuestionAsked: z.object({
    taskId: Id,
    instanceId: Id,
    category: QuestionCategory,
    question: z.string(),
    options: z.array(z.object({ label: z.string(), description: z.string() })),
    multi: z.boolean(),
    defaultAnswer: z.string().nullable(),
    /** Seconds after which `defaultAnswer` is taken; null = waits for ever. */
    timeoutSeconds: z.number().int().positive().nullable(),
  }),
  QuestionAnswered: z.object({ answer: Answer, by: z.enum(['person', 'default']) }),
  /** Exactly one of the two ways claims the answer, so that the agent hears it once. */
  AnswerDelivered: z.object({ via: z.enum(['tool', 'message']) }),
  QuestionWithdrawn: z.object({ reason: z.string() }),
} as const;

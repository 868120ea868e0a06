import { z } from 'zod';
import { Id } from '../../ids.ts';
import { Answer, QuestionCategory } from '../../question/events.ts';

const at = z.iso.datetime();

export const QuestionView = z.object({
  id: Id,
  taskId: Id,
  instanceId: Id,
  category: QuestionCategory,
  question: z.string(),
  options: z.array(z.object({ label: z.string(), description: z.string() })),
  multi: z.boolean(),
  defaultAnswer: z.string().nullable(),
  timeoutSeconds: z.number().nullable(),
  status: z.enum(['open', 'answered', 'withdrawn']),
  answer: Answer.nullable(),
  answeredBy: z.string().nullable(),
  delivered: z.boolean(),
  askedAt: at,
  answeredAt: at.nullable(),
});
export type QuestionView = z.infer<typeof QuestionView>;

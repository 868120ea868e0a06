import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { EVERY_KIND } from '../calls/tool.ts';
import { handOver, ownPhase } from './hand-over.ts';
import { checkoutPath, documentText, shortText } from './limits.ts';

export const completePhase = defineTool({
  name: 'complete_phase',
  description:
    'Hand over a finished phase. Commit your work first: only what is committed counts. Name the files the phase asks for as deliverables. End your turn afterwards.',
  kinds: EVERY_KIND,
  inputSchema: z.object({
    phase: shortText.describe('Name of the phase, as you were given it'),
    summary: documentText.describe('What you did and what the reviewer should look at'),
    deliverables: z.array(checkoutPath).max(50).default([]).describe('Files handed over, relative to the checkout'),
  }),
  async handler(context, { phase, summary, deliverables }) {
    return handOver(context, await ownPhase(context, phase), { summary, deliverables: [...new Set(deliverables)] });
  },
});

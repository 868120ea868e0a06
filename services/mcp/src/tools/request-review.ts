import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { WORKING_KINDS } from '../calls/tool.ts';
import { handOver, ownPhase } from './hand-over.ts';
import { documentText } from './limits.ts';

export const requestReview = defineTool({
  name: 'request_review',
  description:
    'Hand over what you committed in your running phase for review, and say what you checked. End your turn afterwards.',
  kinds: WORKING_KINDS,
  inputSchema: z.object({
    summary: documentText.describe('What changed and why'),
    checks: z.string().trim().max(4_000).default('').describe('What you ran to check it, and how it ended'),
  }),
  async handler(context, { summary, checks }) {
    const text = checks === '' ? summary : `${summary}\n\nChecked: ${checks}`;
    return handOver(context, await ownPhase(context, null), { summary: text, deliverables: [] });
  },
});

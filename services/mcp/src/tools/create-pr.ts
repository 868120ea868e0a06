import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { WORKING_KINDS } from '../calls/tool.ts';
import { handOver, ownPhase } from './hand-over.ts';
import { documentText, shortText } from './limits.ts';

/** No agent opens a pull request by itself: the flow does, from what a person approved. */
export const createPr = defineTool({
  name: 'create_pr',
  description:
    'Propose your committed work as a pull request. It is handed over for review under this title and opened from your branch once a person has approved it. End your turn afterwards.',
  kinds: WORKING_KINDS,
  inputSchema: z.object({
    title: shortText,
    body: documentText.describe('What changes and why, in Markdown'),
    draft: z
      .boolean()
      .default(false)
      .describe('It is opened as a draft: people are told that it is not meant to be merged yet'),
  }),
  async handler(context, { title, body, draft }) {
    const phase = await ownPhase(context, null);
    const proposal = { title, body, draft };
    const heading = draft ? `Draft: ${title}` : title;
    const handedOver = await handOver(context, phase, { summary: `${heading}\n\n${body}`, deliverables: [], proposal });
    return `${handedOver} The pull request from ${context.instance.state.branch} is opened when it is approved.`;
  },
});

import { streamOf } from '@claude-codex/contracts';
import { FORGES } from '@claude-codex/contracts/forge-facts';
import { MOST_PROPOSED } from '@claude-codex/contracts/issue-proposal/events';
import { issueProposalDecider } from '@claude-codex/domain/issue-proposal/decide';
import { handleCommand } from '@claude-codex/eventing';
import { idFrom } from '@claude-codex/service-kit';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { EVERY_KIND } from '../calls/tool.ts';
import { ToolError } from '../calls/tool-error.ts';
import { ownPhase } from './hand-over.ts';
import { documentText, shortText } from './limits.ts';
import { repositoryAtForge } from './repository-at-forge.ts';

/** Of all of them together: a person reads the list before anything of it is opened. */
const MOST_TEXT = 60_000;
/** As long as GitHub's may be. */
const label = z.string().trim().min(1).max(50);

/** No agent writes to a forge by itself: a person reads the list and says which of them are opened. */
export const createIssues = defineTool({
  name: 'create_issues',
  description:
    'Propose issues for the repository you work on, such as the steps of a plan. A person decides which of them are opened; you need not wait for it. Propose a list once, when it is whole.',
  kinds: EVERY_KIND,
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  inputSchema: z.object({
    issues: z
      .array(
        z.object({
          title: shortText,
          body: documentText.describe(
            'What is to be done and why, in Markdown: whoever takes it has read nothing else',
          ),
          labels: z.array(label).max(10).default([]).describe('Labels that the repository has'),
          depends_on: z
            .array(z.number().int().positive())
            .max(MOST_PROPOSED)
            .default([])
            .describe('Places in this list, from 1, of issues that have to be done before it; earlier ones only'),
        }),
      )
      .min(1)
      .max(MOST_PROPOSED),
  }),
  outputSchema: z.object({
    proposal: z.string().describe('Names the list'),
    proposed: z.number(),
  }),
  async handler(context, { issues }) {
    const { identity, instance, store, asking } = context;
    const { provider } = await repositoryAtForge(context);
    const phase = await ownPhase(context, null);
    const written = issues.reduce((sum, { title, body }) => sum + title.length + body.length, 0);
    if (written > MOST_TEXT) {
      const what = `The issues have ${written} characters together, and may have ${MOST_TEXT}`;
      throw new ToolError('INVALID_FIELD', what, 'Write less in each, and leave to documents what belongs there.');
    }
    // The same list again is the same proposal, also from an agent that was interrupted and does not know of it.
    const id = idFrom('proposal', identity.instanceId, phase.definition.name, JSON.stringify(issues));
    const stream = streamOf('proposal', id);
    const { taskId, repositoryId, instanceId } = identity;
    await asking.begin({ instanceId, instance }, stream, () =>
      handleCommand(store, {
        commandId: id,
        meta: instance.meta,
        stream,
        decider: issueProposalDecider,
        command: {
          type: 'ProposeIssues',
          ...{ taskId, repositoryId, instanceId, phase: phase.definition.name },
          issues: issues.map(({ depends_on, ...issue }) => ({ ...issue, after: depends_on.map((nth) => nth - 1) })),
        },
      }),
    );
    const count = `${issues.length} ${issues.length === 1 ? 'issue is' : 'issues are'}`;
    const text = `${count} proposed. A person decides which of them are opened on ${FORGES[provider].title}. Go on with your work.`;
    return { text, structured: { proposal: id, proposed: issues.length } };
  },
});

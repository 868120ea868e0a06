import { FORGES, ForgeIssueAnswer, streamOf } from '@claude-codex/contracts';
import type { RemoteForge } from '@claude-codex/contracts/forge';
import { type ForgeIssueRequest, type IssueDetail, IssueNumber } from '@claude-codex/contracts/forge-issues';
import { subjects } from '@claude-codex/contracts/subjects';
import { taskDecider } from '@claude-codex/domain';
import { forgeConnectionDecider } from '@claude-codex/domain/forge-connection/index';
import { issueText } from '@claude-codex/domain/prompts/issue-text';
import { loadState } from '@claude-codex/eventing';
import { BusNoResponder, BusTimeout, requestJson } from '@claude-codex/service-kit';
import { z } from 'zod';
import { defineTool } from '../calls/define-tool.ts';
import { EVERY_KIND, type ToolContext } from '../calls/tool.ts';
import { ToolError } from '../calls/tool-error.ts';
import { repositoryAtForge } from './repository-at-forge.ts';

/** About what a client shows of one result. */
const MOST = 40_000;
const TIMEOUT_MS = 20_000;

/** Reads with the connection of the workspace, of the task's own repository alone. */
export const readIssue = defineTool({
  name: 'read_issue',
  description:
    'Read an issue of the repository you work on: its text, its state and labels, and the comments of people who may push there. Without a number it is the issue your task was made from.',
  kinds: EVERY_KIND,
  annotations: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  inputSchema: z.object({
    number: IssueNumber.optional().describe('Its number, as in #12'),
  }),
  outputSchema: z.object({
    number: IssueNumber,
    state: z.string(),
    labels: z.array(z.string()),
    url: z.string(),
    text: z.string().describe('Title, text and comments, quoted, under the names of their authors'),
  }),
  async handler(context, { number }) {
    const { provider, ...request } = await issueOf(context, number ?? null);
    const issue = await ask(context, provider, request);
    const place = FORGES[provider].title;
    const { state, labels, url } = issue;
    const text = issueText(issue, { place, most: MOST });
    const facts = `Issue #${issue.number} is ${state}. Labels: ${labels.length === 0 ? 'none' : labels.join(', ')}.`;
    return { text: `${facts}\n\n${text}`, structured: { number: issue.number, state, labels, url, text } };
  },
});

/** Throws ISSUE_NOT_FOUND where nothing was named and the task is from none, REPOSITORY_WITHOUT_ISSUES, FORGE_NOT_CONNECTED. */
async function issueOf(
  context: ToolContext,
  named: number | null,
): Promise<ForgeIssueRequest & { readonly provider: RemoteForge }> {
  const { identity, store } = context;
  const { provider, slug, connectionId } = await repositoryAtForge(context);
  const task = await loadState(store, streamOf('task', identity.taskId), taskDecider);
  const number = named ?? (task.status === 'none' ? null : (task.origin?.number ?? null));
  if (number === null) {
    throw new ToolError('ISSUE_NOT_FOUND', 'Your task was not made from an issue', 'Name the number of one.');
  }
  const connection = await loadState(store, streamOf('forge', connectionId), forgeConnectionDecider);
  if (connection.status !== 'connected') {
    const what = `The connection to ${FORGES[provider].title} was ended`;
    throw new ToolError('FORGE_NOT_CONNECTED', what, 'Go on without it, or ask a person to connect it again.');
  }
  return { provider, credentialId: connection.credentialId, slug, number };
}

async function ask({ bus }: ToolContext, provider: RemoteForge, request: ForgeIssueRequest): Promise<IssueDetail> {
  try {
    const options = { timeoutMs: TIMEOUT_MS };
    const answer = await requestJson(bus, subjects.forge(provider).issue, request, ForgeIssueAnswer, options);
    if (answer.ok) return answer.issue;
    const known = answer.code === 'ISSUE_NOT_FOUND' ? answer.code : 'FORGE_UNREACHABLE';
    throw new ToolError(known, answer.detail.replace(/\.$/, ''), 'Go on without it, or ask a person.');
  } catch (error) {
    if (!(error instanceof BusNoResponder || error instanceof BusTimeout)) throw error;
    const what = `The part of the server that speaks to ${FORGES[provider].title} does not answer`;
    throw new ToolError('FORGE_UNREACHABLE', what, 'Wait a few seconds and call again.');
  }
}

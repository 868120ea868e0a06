import { AcceptIssuesRequest, CommandAccepted, DeclineIssuesRequest, Id } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type IssueProposalCommand, issueProposalDecider } from '@claude-codex/domain/issue-proposal/decide';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import type { Deps } from '../deps.ts';

const tags = ['issues'];
const params = z.object({ id: Id });
const response = { 200: CommandAccepted };

/** What people say to the issues an agent would like to have opened. */
export function addIssueProposalRoutes(app: HttpServer, { commands }: Deps): void {
  async function run(request: FastifyRequest, id: string, command: IssueProposalCommand): Promise<CommandAccepted> {
    const stream = streamOf('proposal', id);
    await commands.own(principalOf(request), stream, 'PROPOSAL_NOT_FOUND');
    const position = await commands.run(commandContext(request), { stream, decider: issueProposalDecider, command });
    return { id, position };
  }

  app.patch(
    '/api/issue-proposals/:id/accept',
    { schema: { tags, operationId: 'acceptIssues', params, body: AcceptIssuesRequest, response } },
    (request) => run(request, request.params.id, { type: 'AcceptIssues', chosen: request.body.chosen }),
  );

  app.patch(
    '/api/issue-proposals/:id/decline',
    { schema: { tags, operationId: 'declineIssues', params, body: DeclineIssuesRequest, response } },
    (request) => run(request, request.params.id, { type: 'DeclineIssues', reason: request.body.reason }),
  );
}

import {
  CommandAccepted,
  Id,
  MergePullRequestRequest,
  PullRequestView,
  type RecordedEventOf,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type PullRequestCommand, pullRequestDecider } from '@claude-codex/domain/pull-request/decide';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';

const tags = ['pull requests'];
const params = z.object({ id: Id });
const accepted = { response: { 200: CommandAccepted } };

/** Pull requests, and change requests of repositories without a forge. */
export function addPullRequestRoutes(app: HttpServer, deps: Deps): void {
  const { commands, reads, positions, store } = deps;

  async function run(request: FastifyRequest, id: string, command: PullRequestCommand) {
    const stream = streamOf('pullrequest', id);
    await commands.own(principalOf(request), stream, 'PULL_REQUEST_NOT_FOUND');
    return {
      id,
      position: await commands.run(commandContext(request), { stream, decider: pullRequestDecider, command }),
    };
  }

  app.get(
    '/api/pull-requests/:id',
    {
      schema: {
        tags,
        operationId: 'getPullRequest',
        params,
        querystring: MinPosition,
        response: { 200: PullRequestView },
      },
    },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      const [opened] = await store.readStream(streamOf('pullrequest', id), { limit: 1 });
      if (opened?.type !== 'PullRequestOpened') throw refusal('PULL_REQUEST_NOT_FOUND');
      await waitFor(positions, request.query.min_position);
      const { taskId } = (opened as RecordedEventOf<'PullRequestOpened'>).data;
      const task = await reads.task(principal.workspaceId, taskId);
      if (task?.pullRequest?.id !== id) throw refusal('PULL_REQUEST_NOT_FOUND');
      return task.pullRequest;
    },
  );

  app.post(
    '/api/pull-requests/:id/merge',
    { schema: { tags, operationId: 'mergePullRequest', params, body: MergePullRequestRequest, ...accepted } },
    async (request) => run(request, request.params.id, { type: 'RequestMerge', strategy: request.body.strategy }),
  );

  app.post(
    '/api/pull-requests/:id/close',
    { schema: { tags, operationId: 'closePullRequest', params, ...accepted } },
    async (request) => run(request, request.params.id, { type: 'ClosePullRequest', reason: 'Closed by a person' }),
  );
}

import {
  CommandAccepted,
  Id,
  MergePullRequestRequest,
  PullRequestView,
  SendBackRequest,
} from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type PullRequestCommand, pullRequestDecider } from '@claude-codex/domain/pull-request/decide';
import { requestMerge, requestPublish, requestUpdate } from '@claude-codex/domain/transactions/request-merge';
import { sendBack } from '@claude-codex/domain/transactions/send-back';
import type { Load, StreamWrite } from '@claude-codex/eventing';
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

  async function transact(
    request: FastifyRequest,
    id: string,
    decide: (load: Load, pullRequestId: string) => Promise<StreamWrite[]>,
  ) {
    await commands.own(principalOf(request), streamOf('pullrequest', id), 'PULL_REQUEST_NOT_FOUND');
    return { id, position: await commands.transact(commandContext(request), (load) => decide(load, id)) };
  }

  async function run(request: FastifyRequest, id: string, command: PullRequestCommand) {
    const stream = streamOf('pullrequest', id);
    await commands.own(principalOf(request), stream, 'PULL_REQUEST_NOT_FOUND');
    const context = commandContext(request);
    return { id, position: await commands.run(context, { stream, decider: pullRequestDecider, command }) };
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
      const { taskId } = opened.data;
      const task = await reads.task(principal.workspaceId, taskId);
      if (task?.pullRequest?.id !== id) throw refusal('PULL_REQUEST_NOT_FOUND');
      return task.pullRequest;
    },
  );

  app.post(
    '/api/pull-requests/:id/merge',
    { schema: { tags, operationId: 'mergePullRequest', params, body: MergePullRequestRequest, ...accepted } },
    async (request) => {
      return transact(request, request.params.id, (load, pullRequestId) =>
        requestMerge(load, { pullRequestId, ...request.body }),
      );
    },
  );

  app.delete(
    '/api/pull-requests/:id/merge',
    {
      schema: {
        tags,
        operationId: 'takeBackMerge',
        summary: 'Takes back the wish to merge, as long as nothing came of it',
        params,
        ...accepted,
      },
    },
    async (request) => run(request, request.params.id, { type: 'TakeBackMerge' }),
  );

  app.post(
    '/api/pull-requests/:id/update',
    {
      schema: {
        tags,
        operationId: 'updatePullRequest',
        summary: 'Brings the base as it is now into the branch, where that is possible without a conflict',
        params,
        ...accepted,
      },
    },
    async (request) =>
      transact(request, request.params.id, (load, pullRequestId) => requestUpdate(load, { pullRequestId })),
  );

  app.post(
    '/api/pull-requests/:id/send-back',
    {
      schema: {
        tags,
        operationId: 'sendBackPullRequest',
        summary:
          'Sends approved work back to the agent: to resolve its conflicts, put its check right, or do what you say',
        params,
        body: SendBackRequest,
        ...accepted,
      },
    },
    async (request) => {
      const { text } = request.body;
      return transact(request, request.params.id, (load, pullRequestId) => sendBack(load, { pullRequestId, text }));
    },
  );

  app.post(
    '/api/pull-requests/:id/publish',
    {
      schema: {
        tags,
        operationId: 'publishPullRequest',
        summary: 'Asks again to open it at its forge, after that could not be done',
        params,
        ...accepted,
      },
    },
    async (request) =>
      transact(request, request.params.id, (load, pullRequestId) => requestPublish(load, { pullRequestId })),
  );

  app.post(
    '/api/pull-requests/:id/close',
    { schema: { tags, operationId: 'closePullRequest', params, ...accepted } },
    async (request) => run(request, request.params.id, { type: 'ClosePullRequest', reason: 'Closed by a person' }),
  );
}

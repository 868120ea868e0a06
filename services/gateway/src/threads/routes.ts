import { CommandAccepted, Id, ReplyToThreadRequest } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type ThreadCommand, threadDecider } from '@claude-codex/domain/thread/decide';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { type CommandContext, commandContext } from '../commands/commands.ts';
import type { Deps } from '../deps.ts';

const tags = ['threads'];
const params = z.object({ id: Id });
const accepted = { response: { 200: CommandAccepted } };

/**
 * What people say in the threads of a review once it was decided, and when a thread is settled. What its forge did not take
 * is sent there again when somebody asks for it.
 */
export function addThreadRoutes(app: HttpServer, { commands }: Deps): void {
  async function run(request: FastifyRequest, id: string, command: ThreadCommand, context?: CommandContext) {
    const stream = streamOf('thread', id);
    await commands.own(principalOf(request), stream, 'THREAD_NOT_FOUND');
    return commands.run(context ?? commandContext(request), { stream, decider: threadDecider, command });
  }

  app.post(
    '/api/threads/:id/replies',
    {
      schema: {
        tags,
        operationId: 'replyToThread',
        params,
        body: ReplyToThreadRequest,
        response: { 201: CommandAccepted },
      },
    },
    async (request, reply) => {
      const context = commandContext(request);
      const replyId = idFrom(context.commandId, 'reply');
      const command: ThreadCommand = { type: 'ReplyToThread', replyId, body: request.body.body, verdict: null };
      const position = await run(request, request.params.id, command, context);
      return reply.code(201).send({ id: replyId, position });
    },
  );

  app.patch(
    '/api/threads/:id/resolve',
    { schema: { tags, operationId: 'resolveThread', params, ...accepted } },
    async (request) => {
      const { id } = request.params;
      return { id, position: await run(request, id, { type: 'ResolveThread' }) };
    },
  );

  app.patch(
    '/api/threads/:id/unresolve',
    { schema: { tags, operationId: 'unresolveThread', params, ...accepted } },
    async (request) => {
      const { id } = request.params;
      return { id, position: await run(request, id, { type: 'UnresolveThread' }) };
    },
  );

  app.post(
    '/api/threads/:id/send',
    { schema: { tags, operationId: 'sendThread', params, ...accepted } },
    async (request) => {
      const { id } = request.params;
      return { id, position: await run(request, id, { type: 'SendThread' }) };
    },
  );
}

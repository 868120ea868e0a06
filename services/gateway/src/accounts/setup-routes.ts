import { CommandAccepted, LoginRequest, SetupRequest } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { LoginLimit } from './login-limit.ts';
import type { Sessions } from './sessions.ts';
import type { Setup } from './setup.ts';

interface Parts {
  setup: Setup;
  sessions: Sessions;
  limit: LoginLimit;
}

const tags = ['accounts'];

/** Who a login came from, for the list of sessions. */
export function clientOf(request: FastifyRequest): { address: string; agent: string } {
  return { address: request.ip, agent: cutText(request.headers['user-agent'] ?? '', 300) };
}

/** Set-up, login and logout: the only routes that hand out cookies. */
export function addSetupRoutes(app: HttpServer, { setup, sessions, limit }: Parts): void {
  async function logIn(request: FastifyRequest, reply: FastifyReply, body: { email: string; password: string }) {
    const client = clientOf(request);
    limit.check(body.email, client.address);
    try {
      reply.header('set-cookie', await sessions.open(body, client));
    } catch (error) {
      if (error instanceof Problem && error.code === 'CREDENTIALS_WRONG') limit.failed(body.email, client.address);
      throw error;
    }
    limit.succeeded(body.email);
  }

  app.post(
    '/api/setup',
    {
      schema: {
        tags,
        operationId: 'setUp',
        summary: 'Makes the owner and the workspace, once, and logs in',
        body: SetupRequest,
        response: { 201: CommandAccepted },
      },
    },
    async (request, reply) => {
      limit.check('set-up', request.ip);
      try {
        const { workspaceId, position } = await setup.run(request.body);
        const { email, password } = request.body;
        await logIn(request, reply, { email, password });
        return await reply.code(201).send({ id: workspaceId, position });
      } catch (error) {
        if (error instanceof Problem && error.code === 'SETUP_TOKEN_WRONG') limit.failed('set-up', request.ip);
        throw error;
      }
    },
  );

  app.post(
    '/api/login',
    {
      schema: {
        tags,
        operationId: 'logIn',
        summary: 'Opens a session and sets its cookie',
        body: LoginRequest,
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      if (await setup.needed()) {
        throw new Problem('SETUP_NEEDED', {
          detail: 'Nobody has an account yet. Open the set-up link that the server printed at its start.',
        });
      }
      await logIn(request, reply, request.body);
      return reply.code(204).send(null);
    },
  );

  app.post(
    '/api/logout',
    {
      schema: { tags, operationId: 'logOut', summary: 'Ends the session of this browser', response: { 204: z.null() } },
    },
    async (request, reply) => {
      const cookies = await sessions.close(request.headers.cookie);
      if (cookies.length > 0) reply.header('set-cookie', cookies);
      return reply.code(204).send(null);
    },
  );
}

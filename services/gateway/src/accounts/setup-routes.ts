import { CommandAccepted, LoginRequest, SetupRequest } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { GuessLimit } from './guess-limit.ts';
import type { KnownDevices } from './known-device.ts';
import type { Sessions } from './sessions.ts';
import type { Setup } from './setup.ts';

interface Parts {
  setup: Setup;
  sessions: Sessions;
  limit: GuessLimit;
  devices: KnownDevices;
}

const tags = ['accounts'];

/** Who a login came from, for the list of sessions. */
export function clientOf(request: FastifyRequest): { address: string; agent: string } {
  return { address: request.ip, agent: cutText(request.headers['user-agent'] ?? '', 300) };
}

/** Set-up, login and logout: the only routes that hand out cookies. */
export function addSetupRoutes(app: HttpServer, { setup, sessions, limit, devices }: Parts): void {
  /** Never a guess of its own: whoever comes here has just shown or chosen the password, or is counted around it. */
  async function open(request: FastifyRequest, reply: FastifyReply, body: { email: string; password: string }) {
    const cookies = await sessions.open(body, clientOf(request));
    reply.header('set-cookie', [devices.remember(request.headers.cookie, body.email), ...cookies]);
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
      const guess = { account: null, address: request.ip, device: null };
      const { workspaceId, position } = await limit.guess(guess, () => setup.run(request.body));
      const { email, password } = request.body;
      await open(request, reply, { email, password });
      return reply.code(201).send({ id: workspaceId, position });
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
      const { email } = request.body;
      const device = devices.find(request.headers.cookie, email);
      await limit.guess({ account: email, address: request.ip, device }, () => open(request, reply, request.body));
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

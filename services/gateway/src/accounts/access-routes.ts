import { CreatedToken, CreateTokenRequest, SessionItem, TokenView } from '@claude-codex/contracts';
import { hasRole } from '@claude-codex/contracts/access';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import type { ApiTokens } from './api-tokens.ts';
import type { Sessions } from './sessions.ts';

const tags = ['accounts'];
const params = z.object({ id: z.string().min(1).max(100) });

/** A person's own sessions and API tokens. */
export function addAccessRoutes(
  app: HttpServer,
  { sessions, tokens }: { sessions: Sessions; tokens: ApiTokens },
): void {
  app.get(
    '/api/sessions',
    { schema: { tags, operationId: 'listSessions', response: { 200: z.object({ sessions: z.array(SessionItem) }) } } },
    async (request) => {
      const { personId, via } = principalOf(request);
      const rows = await sessions.list(personId);
      return { sessions: rows.map((row) => ({ ...row, current: via.kind === 'session' && via.id === row.id })) };
    },
  );

  app.delete(
    '/api/sessions/:id',
    { schema: { tags, operationId: 'revokeSession', params, response: { 204: z.null() } } },
    async (request, reply) => {
      if (!(await sessions.revoke(principalOf(request).personId, request.params.id))) throw notFound('session');
      return reply.code(204).send(null);
    },
  );

  app.get(
    '/api/tokens',
    { schema: { tags, operationId: 'listTokens', response: { 200: z.object({ tokens: z.array(TokenView) }) } } },
    async (request) => ({ tokens: await tokens.list(principalOf(request).personId) }),
  );

  app.post(
    '/api/tokens',
    {
      schema: {
        tags,
        operationId: 'createToken',
        summary: 'Makes an API token; it is shown this once',
        body: CreateTokenRequest,
        response: { 201: CreatedToken },
      },
    },
    async (request, reply) => {
      const { personId, workspaceId, role } = principalOf(request);
      if (request.body.expiresInDays === null && !hasRole(role, 'owner')) throw expiryNeeded();
      return reply.code(201).send(await tokens.create({ personId, workspaceId, ...request.body }));
    },
  );

  app.delete(
    '/api/tokens/:id',
    { schema: { tags, operationId: 'revokeToken', params, response: { 204: z.null() } } },
    async (request, reply) => {
      if (!(await tokens.revoke(principalOf(request).personId, request.params.id))) throw notFound('token');
      return reply.code(204).send(null);
    },
  );
}

function notFound(what: string): Problem {
  return new Problem('NOT_FOUND', { detail: `You have no such ${what}.` });
}

function expiryNeeded(): Problem {
  return new Problem('TOKEN_EXPIRY_NEEDED', {
    detail: 'Only owners make a token that never expires: name the days it is good for.',
    errors: [{ field: 'body.expiresInDays', code: 'TOKEN_EXPIRY_NEEDED', expected: '1 to 365' }],
  });
}

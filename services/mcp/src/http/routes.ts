import type { HttpServer, InstanceTokens } from '@claude-codex/service-kit';
import { Problem } from '@claude-codex/service-kit';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { FastifyRequest } from 'fastify';
import type { CallDeps } from '../calls/call-tool.ts';
import { createRateLimit } from '../calls/rate-limit.ts';
import type { Caller } from './mcp-server.ts';
import { createMcpServer } from './mcp-server.ts';

export interface McpRoutes {
  deps: CallDeps & { progressMs: number };
  tokens: InstanceTokens;
  rate: { burst: number; perSecond: number };
  /** Aborted when the service stops: waiting tools then answer at once. */
  stopping: AbortSignal;
}

const MIB = 1024 * 1024;
export const MAX_CALL_BYTES = 4 * MIB;
/** Clients of ours send one message at a time; a longer batch is no honest client. */
const MAX_BATCH = 32;

/** POST /mcp: one JSON-RPC message of one instance. There are no sessions, so there is nothing to GET or DELETE. */
export function addMcpRoutes(app: HttpServer, { deps, tokens, rate, stopping }: McpRoutes): void {
  const limit = createRateLimit(rate);

  async function callerOf(request: FastifyRequest): Promise<Omit<Caller, 'signal'>> {
    const token = /^Bearer ([\w.-]+)$/.exec(request.headers.authorization ?? '')?.[1];
    const identity = token === undefined ? null : await tokens.verify(token, 'mcp');
    const instance = identity === null ? null : await deps.instances.live(identity);
    if (identity !== null && instance !== null) return { identity, instance };
    throw new Problem('TOKEN_INVALID', {
      detail: 'This needs the token of an instance that is running now.',
      headers: { 'www-authenticate': 'Bearer' },
    });
  }

  function refuseStrangers({ headers, body }: FastifyRequest): void {
    if (headers.origin !== undefined) {
      throw new Problem('ORIGIN_FORBIDDEN', { detail: 'Web pages cannot call these tools.' });
    }
    if (headers['mcp-session-id'] !== undefined) {
      throw new Problem('NOT_FOUND', { detail: 'There is no such session. Begin again without Mcp-Session-Id.' });
    }
    if (Array.isArray(body) && body.length > MAX_BATCH) {
      throw new Problem('BODY_TOO_LARGE', { detail: `A batch may hold ${MAX_BATCH} messages.` });
    }
  }

  app.post('/mcp', { bodyLimit: MAX_CALL_BYTES, schema: { hide: true } }, async (request, reply) => {
    refuseStrangers(request);
    const caller = await callerOf(request);
    const waitSeconds = limit.take(caller.identity.instanceId, Array.isArray(request.body) ? request.body.length : 1);
    if (waitSeconds > 0) {
      throw new Problem('TOO_MANY_REQUESTS', {
        detail: `Too many calls. Wait ${waitSeconds} s.`,
        headers: { 'retry-after': String(waitSeconds) },
      });
    }
    const gone = new AbortController();
    reply.hijack();
    reply.raw.setHeader('x-request-id', request.id);
    const signal = AbortSignal.any([gone.signal, stopping]);
    const server = createMcpServer(deps, { ...caller, signal });
    // Stateless: the SDK wants a transport of its own for every request.
    const transport = new StreamableHTTPServerTransport();
    reply.raw.once('close', () => {
      gone.abort();
      server.close().catch((error: unknown) => request.log.warn({ err: error }, 'mcp server did not close'));
    });
    await server.connect(transport as Transport);
    await transport.handleRequest(request.raw, reply.raw, request.body);
    return reply;
  });
}

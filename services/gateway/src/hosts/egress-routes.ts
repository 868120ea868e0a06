import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { hearOut } from '@claude-codex/service-kit/http/hear-out';
import { DOOR_HEADER, HOST_MCP, HOST_MODEL, hostOnly } from '@claude-codex/service-kit/http/host-token';
import { nodeHttp } from '@claude-codex/service-kit/http/node-http';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';

/** Not of one connection, and nothing a browser may have sent along. */
const PASSED_ON = new RegExp(
  `^(?:accept|authorization|content-type|content-length|user-agent|last-event-id|${DOOR_HEADER}|x-app|(?:anthropic|mcp|x-stainless)-.*)$`,
);

/**
 * The way of further hosts to the egress of this server, which has the model's credential and makes the agents' tokens.
 * Passed on as it comes, both ways: a model's answer is a stream, and a tool may wait for a person for minutes.
 */
export async function addHostEgressRoutes(
  app: HttpServer,
  { egressUrl, hostToken }: { egressUrl: URL | null; hostToken: string | null },
): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request: unknown, _payload: unknown, done) => done(null));
    scope.addHook('onRequest', hostOnly(egressUrl === null ? null : hostToken));
    const agent = new nodeHttp.Agent({ keepAlive: true });
    scope.addHook('onClose', async () => agent.destroy());
    const options = { schema: { hide: true }, compress: false } as const;

    scope.get(HOST_MODEL, options, pass);
    scope.get(`${HOST_MODEL}/*`, options, pass);
    scope.post(`${HOST_MODEL}/*`, options, pass);
    scope.post(HOST_MCP, options, pass);

    async function pass(
      request: { raw: IncomingMessage },
      reply: { raw: ServerResponse; hijack(): unknown },
    ): Promise<void> {
      if (egressUrl === null) throw new Problem('NOT_FOUND', { detail: 'This server takes no further hosts.' });
      // A request line may also name a whole address: the router looks at its path alone.
      if (!request.raw.url?.startsWith('/'))
        throw new Problem('NOT_FOUND', { detail: 'There is nothing at this address.' });
      reply.hijack();
      await passOn({ egressUrl, agent }, request.raw, reply.raw);
    }
  });
}

/** Resolves when the answer has gone to its end; whoever goes away ends the call behind it too. */
function passOn(
  { egressUrl, agent }: { egressUrl: URL; agent: InstanceType<typeof nodeHttp.Agent> },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  return new Promise((resolve) => {
    const headers: OutgoingHttpHeaders = Object.fromEntries(
      Object.entries(request.headers).filter(([name]) => PASSED_ON.test(name)),
    );
    // The path as it came, which the egress compares with what it opens: put together as an address it may lead elsewhere.
    const target = { path: request.url ?? '/', method: request.method ?? 'GET' };
    const outgoing = nodeHttp.request(egressUrl, { ...target, headers, agent }, (answer) => {
      const { connection: _hop, 'keep-alive': _alive, 'transfer-encoding': _coding, ...kept } = answer.headers;
      response.writeHead(answer.statusCode ?? 502, kept);
      response.flushHeaders();
      pipeline(answer, response).then(resolve, () => resolve());
    });
    outgoing.once('error', () => {
      if (!response.headersSent) sendAway(response);
      else response.destroy();
      resolve();
    });
    response.once('close', () => outgoing.destroy());
    request.pipe(outgoing);
  });
}

/** In the shape of a model provider's own errors: the egress that asks tells its people what it says. */
function sendAway(response: ServerResponse): void {
  const error = { type: 'api_error', message: 'the egress service of the team server does not answer' };
  hearOut(response);
  response.writeHead(502, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ type: 'error', error }));
}

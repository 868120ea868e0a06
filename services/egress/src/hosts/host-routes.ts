import type { IncomingMessage, ServerResponse } from 'node:http';
import { DOOR_HEADER, HOST_MCP, HOST_MODEL, hostOnly } from '@claude-codex/service-kit/http/host-token';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { InstanceIdentity } from '@claude-codex/service-kit/secrets/instance-tokens';
import { createAllowance } from '../doors/allowance.ts';
import type { McpDoor } from '../mcp-door/mcp-door.ts';
import type { DoorIdentity } from '../ports.ts';
import type { HostModel } from './host-model.ts';

/** Bodies of all further hosts' calls that are under way, which are kept in memory. */
const BODY_BYTES = 512 * 1024 * 1024;

/**
 * What the egress of a further host asks this one for, by way of the gateway: the model with the credential, and the tools
 * with the token of an agent. Limits and the record of what was used are that host's: it knows its doors.
 */
export function addHostRoutes(
  app: HttpServer,
  { hostToken, model, mcp }: { hostToken: string | null; model: HostModel; mcp: McpDoor },
): void {
  const bodies = createAllowance(BODY_BYTES);
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers();
    // Read where it is used, under the limits there.
    scope.addContentTypeParser('*', (_request: unknown, _payload, done) => done(null));
    scope.addHook('onRequest', hostOnly(hostToken));
    const schema = { hide: true };

    function raw(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>) {
      return async (request: { raw: IncomingMessage }, reply: { raw: ServerResponse; hijack(): unknown }) => {
        reply.hijack();
        await handle(request.raw, reply.raw);
      };
    }

    scope.get(HOST_MODEL, { schema }, raw(model.look));
    for (const method of ['GET', 'POST'] as const) {
      scope.route({ method, url: `${HOST_MODEL}/*`, schema, handler: raw((...call) => model.handle(...call, bodies)) });
    }
    scope.post(HOST_MCP, { schema }, async (request, reply) => {
      const identity = callerIn(request.headers[DOOR_HEADER]);
      reply.hijack();
      const door = { identity, modelCalls: 0, uploads: createAllowance(0), bodies };
      await mcp(door, request.raw, reply.raw);
    });
  });
}

function callerIn(header: string | string[] | undefined): DoorIdentity {
  try {
    return InstanceIdentity.parse(JSON.parse(Buffer.from(String(header), 'base64url').toString('utf8')));
  } catch (cause) {
    throw new Problem('MALFORMED_REQUEST', { detail: `${DOOR_HEADER} does not say which agent calls.`, cause });
  }
}

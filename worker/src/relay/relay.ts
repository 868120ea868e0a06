import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream';
import { nodeHttp } from '../node-http.ts';
import { egressRequest, passed, refuse } from './egress-request.ts';
import { passOnToolCall } from './tool-call.ts';

export interface Relay {
  /** `http://127.0.0.1:<port>`, for programs that cannot speak to a unix socket. */
  readonly url: string;
  /** Bearer token that requests must carry. It opens this relay only, and dies with it. */
  readonly token: string;
  close(): void;
}

const TOOLS = '/mcp';

/**
 * Makes the egress socket reachable as a TCP port of the loopback interface. In a container only the agent can connect;
 * without one every user and every web page of the machine can, hence the token.
 */
export async function startRelay(socketPath: string): Promise<Relay> {
  const token = `instance-${randomBytes(24).toString('base64url')}`;
  // No time limits: a tool call may wait for a person for days. Egress and Claude Code have their own.
  const server = nodeHttp.createServer({ requestTimeout: 0 }, (request, response) => {
    if (request.method === 'HEAD' && request.url === '/') response.writeHead(200).end();
    else if (!isAuthorized(request, token))
      refuse(response, 401, 'authentication_error', 'this relay is for the agent it was started for');
    else if (request.method === 'POST' && request.url === TOOLS) {
      // An agent that breaks off while it sends ends the call; there is nobody left to tell.
      passOnToolCall(socketPath, request, response).catch(() => response.destroy());
    } else passOn(socketPath, request, response);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the relay has no TCP address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    token,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function passOn(socketPath: string, request: IncomingMessage, response: ServerResponse): void {
  const outgoing = egressRequest(socketPath, request);
  outgoing.once('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, passed(answer.headers));
    response.flushHeaders();
    // Cut off on either side is cut off for the other; there is nothing to add.
    pipeline(answer, response, () => undefined);
  });
  outgoing.once('error', () => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, 'api_error', 'the egress service cannot be reached');
  });
  response.once('close', () => outgoing.destroy());
  pipeline(request, outgoing, () => undefined);
}

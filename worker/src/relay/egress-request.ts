import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { nodeHttp } from '../node-http.ts';

/** Of one connection only; and the token is the relay's own, egress knows the caller by the socket. */
const NOT_PASSED_ON = new Set(['authorization', 'connection', 'keep-alive', 'transfer-encoding', 'host']);

/** The same request at the egress socket, body still to be written. */
export function egressRequest(socketPath: string, request: IncomingMessage): ClientRequest {
  return nodeHttp.request({
    socketPath,
    method: request.method,
    path: request.url,
    headers: { ...passed(request.headers), host: 'egress' },
    // A connection for each request: one that egress closed meanwhile would cost a call.
    agent: false,
  });
}

export function passed(headers: IncomingMessage['headers']): Record<string, string | string[]> {
  const entries = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || NOT_PASSED_ON.has(name) ? [] : [[name, value] as const],
  );
  return Object.fromEntries(entries);
}

/** In the shape of the model provider, which is what Claude Code understands. */
export function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(JSON.stringify({ type: 'error', error: { type, message } }));
}

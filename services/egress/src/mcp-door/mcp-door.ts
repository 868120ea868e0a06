import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { pipeline } from 'node:stream/promises';
import type { Logger } from '@claude-codex/service-kit';
import { hearOut } from '@claude-codex/service-kit/http/hear-out';
import { nodeHttp } from '@claude-codex/service-kit/http/node-http';
import type { EgressLimits } from '../config.ts';
import { idleCut } from '../doors/idle-cut.ts';
import { sendProblem } from '../doors/problem-answer.ts';
import { BodyTooLarge, readBody, TooMuchAtOnce } from '../doors/read-body.ts';
import type { SayWhoCalls } from '../hosts/place.ts';
import type { Door } from '../ports.ts';

const TO_MCP = new Set(['accept', 'content-type', 'mcp-protocol-version', 'mcp-session-id', 'last-event-id']);

export type McpDoor = (door: Door, request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Passes MCP calls on, saying who calls with what is made for this very call. */
export function createMcpDoor(options: {
  mcpUrl: string;
  limits: EgressLimits;
  sayWhoCalls: SayWhoCalls;
  log: Logger;
}): McpDoor {
  const { mcpUrl, limits, sayWhoCalls, log } = options;
  const target = new URL(mcpUrl);
  const send = target.protocol === 'https:' ? httpsRequest : nodeHttp.request;

  return async (door, request, response) => {
    try {
      const reading = { maxBytes: limits.mcpRequestBytes, memory: door.bodies };
      const body = await readBody(request, response, reading);
      const headers = { ...passedHeaders(request), ...(await sayWhoCalls(door.identity)) };
      await forward(request.method ?? 'POST', headers, body, response);
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        hearOut(response);
        sendProblem(response, 'BODY_TOO_LARGE', 'A tool call may be at most 4 MiB.');
        return;
      }
      if (error instanceof TooMuchAtOnce) {
        hearOut(response);
        sendProblem(response, 'NOT_READY', `${error.message} Try again when a call has ended.`);
        return;
      }
      const { instanceId, epoch } = door.identity;
      log.warn({ instanceId, epoch, err: error }, 'mcp service not reached');
      sendProblem(response, 'NOT_READY', 'The tools cannot be reached at the moment. Try again in a few seconds.');
    }
  };

  /** Resolves when the answer was passed on to its end; an agent that goes away ends the call behind it too. */
  function forward(
    method: string,
    headers: OutgoingHttpHeaders,
    body: Buffer,
    response: ServerResponse,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const outgoing = send(target, { method, headers: { ...headers, 'content-length': body.length } }, (answer) => {
        const { connection: _hop, 'transfer-encoding': _coding, 'keep-alive': _alive, ...kept } = answer.headers;
        response.writeHead(answer.statusCode ?? 502, kept);
        response.flushHeaders();
        // An answer cut off on either side is a cut-off answer for the agent; there is nothing to add to it.
        pipeline(answer, idleCut(answer, limits.streamIdleMs), response).then(resolve, () => resolve());
      });
      outgoing.once('error', reject);
      response.once('close', () => outgoing.destroy());
      outgoing.end(body);
    });
  }
}

function passedHeaders(request: IncomingMessage): OutgoingHttpHeaders {
  return Object.fromEntries(Object.entries(request.headers).filter(([name]) => TO_MCP.has(name)));
}

import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { EGRESS_PATHS } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import type { Logger } from '@claude-codex/service-kit';
import { hearOut } from '@claude-codex/service-kit/http/hear-out';
import { nodeHttp } from '@claude-codex/service-kit/http/node-http';
import type { Uploads } from '../blobs/upload.ts';
import type { EgressLimits } from '../config.ts';
import type { McpDoor } from '../mcp-door/mcp-door.ts';
import type { ModelProxy } from '../model-proxy/model-proxy.ts';
import type { Door, DoorIdentity } from '../ports.ts';
import { createAllowance } from './allowance.ts';
import { sendBlocked, sendProblem } from './problem-answer.ts';

/** What lies behind every door. */
export interface Rooms {
  model: ModelProxy;
  mcp: McpDoor;
  uploads: Uploads;
  limits: EgressLimits;
  log: Logger;
}

/** The relay in the container keeps connections; longer than any pause between two calls of a busy agent. */
const KEEP_ALIVE_MS = 75_000;

/** The HTTP server of one instance: whoever speaks here is that instance. */
export function createDoorServer(identity: DoorIdentity, rooms: Rooms): Server {
  const { limits } = rooms;
  const uploads = createAllowance(limits.blobBytesPerDoor);
  const bodies = createAllowance(limits.bodyBytesPerDoor);
  const door: Door = { identity, modelCalls: 0, uploads, bodies };
  const server = nodeHttp.createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    route(door, rooms, request, response).catch((error: unknown) => {
      rooms.log.error(
        { err: error, instanceId: door.identity.instanceId, epoch: door.identity.epoch },
        'request at the door failed',
      );
      sendProblem(response, 'INTERNAL', 'Something went wrong on our side.');
    });
  });
  server.maxConnections = limits.connectionsPerDoor;
  // Somebody uses the door as a proxy: say which host is not open, instead of hanging up without a word.
  server.on('connect', (request, socket) => {
    const response = `blocked by workspace egress policy: host ${request.url} is not on the allow-list; ask an owner`;
    socket.end(
      `HTTP/1.1 403 Forbidden\r\ncontent-type: text/plain\r\ncontent-length: ${Buffer.byteLength(response)}\r\n` +
        `connection: close\r\n\r\n${response}`,
    );
    socket.on('error', () => socket.destroy());
  });
  return server;
}

async function route(door: Door, rooms: Rooms, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (path === EGRESS_PATHS.health && request.method === 'GET') {
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"status":"ok"}');
  } else if (path === '/' && request.method === 'HEAD') {
    // Claude Code asks this of its model address before it starts.
    response.writeHead(200).end();
  } else if (rooms.model.serves(path)) {
    await rooms.model.handle(door, request, response);
  } else if (path === EGRESS_PATHS.mcp) {
    await rooms.mcp(door, request, response);
  } else if (path === EGRESS_PATHS.blobs && request.method === 'PUT') {
    await rooms.uploads(door, request, response);
  } else {
    const target = hostOf(request.url ?? '') ?? `${request.method} ${cutText(path, 200)}`;
    rooms.log.warn(
      { instanceId: door.identity.instanceId, epoch: door.identity.epoch, target },
      'blocked by egress policy',
    );
    hearOut(response);
    sendBlocked(response, target);
  }
}

/** `GET http://host/…` is how programs speak to a proxy. */
function hostOf(url: string): string | null {
  return URL.canParse(url) ? `host ${new URL(url).host}` : null;
}

import { Id } from '@claude-codex/contracts';
import { hasRole } from '@claude-codex/contracts/access';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { OpenConnections } from '../access/open-connections.ts';
import { originForbidden, sameOrigin } from '../access/origin.ts';
import { principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { bridgeTerminal } from './bridge.ts';

interface Parts extends Pick<Deps, 'bus' | 'reads'> {
  connections: OpenConnections;
  publicOrigin: string;
}

/** `WS /api/instances/:id/terminal`: everybody who may look can watch, editors can type. */
export function addTerminalRoute(app: HttpServer, { bus, reads, connections, publicOrigin }: Parts): void {
  app.get(
    '/api/instances/:id/terminal',
    {
      websocket: true,
      schema: {
        tags: ['live'],
        operationId: 'openTerminal',
        summary: 'WebSocket: the terminal of an instance. Binary frames are its bytes, text frames are messages',
        params: z.object({ id: Id }),
      },
      preHandler: async (request: FastifyRequest) => {
        const { workspaceId, via } = principalOf(request);
        // Browsers send cookies along with any page's WebSocket, so the page must be one of ours.
        const foreign = !sameOrigin(request, publicOrigin);
        const { origin } = request.headers;
        if (foreign && (via.kind === 'session' || origin !== undefined)) throw originForbidden(origin, publicOrigin);
        const { id } = request.params as { id: string };
        if ((await reads.instance(workspaceId, id)) === null) throw refusal('INSTANCE_NOT_FOUND');
      },
    },
    (socket, request) => {
      const principal = principalOf(request);
      const { id } = request.params as { id: string };
      const bridge = bridgeTerminal({
        socket,
        bus,
        instanceId: id,
        mayType: hasRole(principal.role, 'editor'),
        log: request.log,
      });
      try {
        const leave = connections.add({
          principal,
          onRole: (role) =>
            role === null ? bridge.end(1008, 'access_ended') : bridge.allowTyping(hasRole(role, 'editor')),
        });
        socket.once('close', leave);
      } catch {
        bridge.end(1013, 'too_many_connections');
      }
    },
  );
}

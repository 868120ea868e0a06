import { EventsPage } from '@claude-codex/contracts';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { eventViewOf } from './event-view.ts';

const EventsQuery = MinPosition.extend({
  after: z.coerce.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  stream: z
    .string()
    .regex(/^[a-z]+-[0-9a-z-]{1,100}$/, 'must be a stream such as task-01jd…')
    .optional(),
  type: z.string().max(80).optional(),
});

/** `GET /api/events`: the history of the workspace, oldest first. */
export function addEventRoutes(app: HttpServer, { eventLog, positions }: Deps): void {
  app.get(
    '/api/events',
    {
      schema: {
        tags: ['history'],
        operationId: 'listEvents',
        summary: 'What happened, in order; `after` continues a page',
        querystring: EventsQuery,
        response: { 200: EventsPage },
      },
    },
    async (request) => {
      const { after, limit, stream = null, type = null, min_position } = request.query;
      await waitFor(positions, min_position);
      const events = await eventLog.ofWorkspace(principalOf(request).workspaceId, { after, limit, stream, type });
      const nextAfter = events.length < limit ? null : (events.at(-1)?.position ?? null);
      return { events: events.map(eventViewOf), nextAfter };
    },
  );
}

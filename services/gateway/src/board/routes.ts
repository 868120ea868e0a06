import { AttentionView, BoardView, ServicesView, WorkflowsView } from '@claude-codex/contracts';
import { BUILT_IN_WORKFLOWS } from '@claude-codex/domain/workflows/built-in';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { sendAnswer } from '../reads/send-json.ts';

const BoardQuery = MinPosition.extend({
  /** Newest cards of each column; the rest of a column is `GET /api/tasks?column=`. */
  perColumn: z.coerce.number().int().min(1).max(500).default(100),
});

/** The pages that show the whole workspace at once. */
export function addBoardRoutes(app: HttpServer, { reads, positions }: Deps): void {
  app.get(
    '/api/board',
    {
      schema: {
        tags: ['tasks'],
        operationId: 'getBoard',
        summary: 'The newest tasks of every column, and how many there are',
        querystring: BoardQuery,
        response: { 200: BoardView },
      },
    },
    async (request, reply) => {
      const { perColumn, min_position } = request.query;
      await waitFor(positions, min_position);
      const { workspaceId } = principalOf(request);
      // Taken before the rows: they may be newer, never older, and a stream from here sends the difference.
      const asOf = positions.current();
      return sendAnswer(request, reply, await reads.boardAnswer(workspaceId, perColumn, asOf));
    },
  );

  app.get(
    '/api/attention',
    {
      schema: {
        tags: ['tasks'],
        operationId: 'getAttention',
        summary: 'Everything that waits for a person, oldest first',
        querystring: MinPosition,
        response: { 200: AttentionView },
      },
    },
    async (request, reply) => {
      await waitFor(positions, request.query.min_position);
      const answer = await reads.attentionAnswer(principalOf(request).workspaceId, positions.current());
      return sendAnswer(request, reply, answer);
    },
  );

  app.get(
    '/api/services',
    {
      schema: {
        tags: ['services'],
        operationId: 'listServices',
        summary: 'What the team depends on, and whether it is well',
        querystring: MinPosition,
        response: { 200: ServicesView },
      },
    },
    async (request) => {
      await waitFor(positions, request.query.min_position);
      const asOf = positions.current();
      return { ...asOf, services: await reads.services(principalOf(request).workspaceId) };
    },
  );

  app.get(
    '/api/workflows',
    { schema: { tags: ['tasks'], operationId: 'listWorkflows', response: { 200: WorkflowsView } } },
    async () => ({ workflows: [...BUILT_IN_WORKFLOWS] }),
  );
}

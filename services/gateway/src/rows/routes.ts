import { RowsView } from '@claude-codex/contracts';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { sendAnswer } from '../reads/send-json.ts';

const params = z.object({ kind: z.string().regex(/^[a-z_]{1,40}$/) });

/** The beginning of what the stream continues, whatever kind of row it is. */
export function addRowRoutes(app: HttpServer, { reads, positions }: Deps): void {
  app.get(
    '/api/rows/:kind',
    {
      schema: {
        tags: ['live'],
        operationId: 'listRows',
        summary: 'Everything of one kind that pages show: what `/api/stream` then changes, under the same name',
        params,
        querystring: MinPosition,
        response: { 200: RowsView },
      },
    },
    async (request, reply) => {
      await waitFor(positions, request.query.min_position);
      const { workspaceId } = principalOf(request);
      return sendAnswer(request, reply, await reads.rowsAnswer(workspaceId, request.params.kind, positions.current()));
    },
  );
}

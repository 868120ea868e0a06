import { BoardView, Id, Position, TaskView } from '@claude-codex/contracts';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { waitFor } from '../reads/min-position.ts';
import { sendJson } from '../reads/send-json.ts';
import { boardTextAt } from './board-at.ts';
import { createPastReads } from './past-reads.ts';
import { taskAt } from './task-at.ts';

const At = z.object({ position: z.coerce.number().pipe(Position) });
/** Fewer than what is kept of a column, so that tasks that left it since leave no hole. */
const BoardQuery = z.object({ perColumn: z.coerce.number().int().min(1).max(100).default(100) });
const tags = ['history'];

/** Pages as they were at any position of the log. The same views as the live ones, from the same fold. */
export function addHistoryRoutes(app: HttpServer, { pool, positions, eventLog }: Deps): void {
  const past = createPastReads(pool);

  app.get(
    '/api/at/:position/board',
    {
      schema: {
        tags,
        operationId: 'getBoardAt',
        summary: 'The board as it was when the log ended at this position',
        params: At,
        querystring: BoardQuery,
        response: { 200: BoardView },
      },
    },
    async (request, reply) => {
      const { position } = request.params;
      await waitFor(positions, position);
      const { workspaceId } = principalOf(request);
      const board = await boardTextAt(past, { workspaceId, position, perColumn: request.query.perColumn });
      const { epoch } = positions.current();
      return sendJson(reply, `{"position":${position},"epoch":"${epoch}","nextCursor":null,${board}}`);
    },
  );

  app.get(
    '/api/at/:position/tasks/:id',
    {
      schema: {
        tags,
        operationId: 'getTaskAt',
        summary: 'A task as it was when the log ended at this position',
        params: At.extend({ id: Id }),
        response: { 200: TaskView },
      },
    },
    async (request) => {
      const { position, id } = request.params;
      await waitFor(positions, position);
      const { workspaceId } = principalOf(request);
      const view = await taskAt({ past, eventLog }, { workspaceId, taskId: id, position });
      if (view === null) throw refusal('TASK_NOT_FOUND');
      return view;
    },
  );
}

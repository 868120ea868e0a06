import { BoardView, Id, Position, TaskView } from '@claude-codex/contracts';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { waitFor } from '../reads/min-position.ts';
import { sendJson } from '../reads/send-json.ts';
import { boardTextAt, foldTasks } from './board-at.ts';
import { createPastReads } from './past-reads.ts';

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
      const kept = (await past.views([id], position)).get(id);
      const range = { after: kept?.position ?? 0, upTo: position, limit: MAX_EVENTS };
      const events = (await eventLog.ofTask(id, range)).map((event) => ({ taskId: id, event }));
      const { workspaceId } = principalOf(request);
      if (events.some(({ event }) => event.meta.workspaceId !== workspaceId)) throw refusal('TASK_NOT_FOUND');
      const view = foldTasks(new Map(kept === undefined ? [] : [[id, kept.view]]), events).get(id) ?? null;
      if (view === null || view.workspaceId !== workspaceId) throw refusal('TASK_NOT_FOUND');
      return view;
    },
  );
}

/** Far more than one task has between two kept states. */
const MAX_EVENTS = 20_000;

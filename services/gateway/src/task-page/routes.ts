import { Id, TaskRowsView } from '@claude-codex/contracts';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { sendAnswer } from '../reads/send-json.ts';
import { onceKnown } from '../reads/task-of.ts';

const RowsQuery = MinPosition.extend({
  of: z.enum(['page', 'reviews']).default('page'),
  /** Of this review alone. */
  review: Id.optional(),
});

/** A task's page in the parts that its stream then changes. */
export function addTaskPageRoutes(app: HttpServer, deps: Deps): void {
  const { reads, positions } = deps;

  app.get(
    '/api/tasks/:id/rows',
    {
      schema: {
        tags: ['tasks'],
        operationId: 'listTaskRows',
        summary:
          'What a task’s page begins with, in the rows that the stream then changes. Comments and work of reviews that are over come with `of=reviews`, or one by one with `review=`',
        params: z.object({ id: Id }),
        querystring: RowsQuery,
        response: { 200: TaskRowsView },
      },
    },
    async (request, reply) => {
      const { of, review, min_position } = request.query;
      await waitFor(positions, min_position);
      const { workspaceId } = principalOf(request);
      const { id } = request.params;
      const answer = await onceKnown(deps, { workspaceId, taskId: id }, (asOf) =>
        reads.taskRowsAnswer({ workspaceId, taskId: id, of, reviewId: review ?? null }, asOf),
      );
      if (answer === null) throw refusal('TASK_NOT_FOUND');
      return sendAnswer(request, reply, answer);
    },
  );
}

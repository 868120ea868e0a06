import { Id, type TaskView } from '@claude-codex/contracts';
import { BlobNotFound } from '@claude-codex/service-kit/blobs';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { taskViewOf } from '../reads/task-of.ts';

const MAX_TEXT_BYTES = 2 * 1024 * 1024;
/** Contents are named by their hash and never change, yet only members of the workspace may see them. */
const CACHING = 'private, max-age=31536000, immutable';

const params = z.object({
  id: Id,
  blobId: z.string().regex(/^[0-9a-f]{64}$/, 'must be the SHA-256 of a content, 64 hexadecimal digits'),
});

/** Texts a task refers to by their content: every revision of its documents, and what its checks printed. */
export function addTaskBlobRoute(app: HttpServer, deps: Deps): void {
  app.get(
    '/api/tasks/:id/blobs/:blobId',
    {
      schema: {
        tags: ['tasks'],
        operationId: 'getTaskText',
        summary: 'A text the task refers to: a revision of a document, the output of its check command',
        params,
        response: { 200: z.string() },
      },
    },
    async (request, reply) => {
      const { id, blobId } = request.params;
      const task = await taskViewOf(deps, principalOf(request).workspaceId, id);
      if (task === null) throw refusal('TASK_NOT_FOUND');
      if (!textsOf(task).has(blobId)) {
        throw new Problem('DOCUMENT_NOT_FOUND', { detail: 'The task refers to no text of this id.' });
      }
      try {
        const content = await deps.blobs.read(blobId, MAX_TEXT_BYTES);
        return reply.type('text/plain; charset=utf-8').header('cache-control', CACHING).send(content.toString('utf8'));
      } catch (cause) {
        if (!(cause instanceof BlobNotFound)) throw cause;
        throw new Problem('DOCUMENT_NOT_FOUND', { detail: 'The content is not stored here any more.', cause });
      }
    },
  );
}

/** A content is shown to whoever may see a task that refers to it; knowing its hash is not enough. */
function textsOf(task: TaskView): Set<string> {
  const reviewed = task.reviews.flatMap(({ deliverables, replaced }) => [...deliverables, ...replaced]);
  const documents = [...task.documents, ...reviewed];
  const check = task.evidence?.check?.outputBlobId;
  return new Set([...documents.map(({ blobId }) => blobId), ...(check === undefined ? [] : [check])]);
}

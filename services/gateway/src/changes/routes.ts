import { DiffIndex, DiffLineText, DiffPart, Id } from '@claude-codex/contracts';
import type { StoredDiff } from '@claude-codex/service-kit/diffs/stored-diff';
import { Problem } from '@claude-codex/service-kit/http/problem';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { taskViewOf } from '../reads/task-of.ts';
import { imageTypeOf } from './image-type.ts';
import { openStoredDiff } from './stored-diff.ts';

const tags = ['tasks'];
const params = z.object({ id: Id });
const number = (max: number) => z.coerce.number().int().nonnegative().max(max);

const Which = MinPosition.extend({
  /** `previous`: only what changed since the round before. */
  since: z.enum(['base', 'previous']).default('base'),
  round: z.coerce.number().int().positive().max(1000).optional(),
  /** Of the work under this review, wherever several agents hand over in the same round. */
  review: Id.optional(),
});
const IndexQuery = Which.extend({
  after: number(Number.MAX_SAFE_INTEGER).default(0),
  limit: z.coerce.number().int().min(1).max(5000).default(500),
});
const PartQuery = Which.extend({
  path: z.string().min(1).max(16_384),
  part: number(10_000_000).default(0),
});
const ImageQuery = Which.extend({ path: z.string().min(1).max(16_384), side: z.enum(['old', 'new']) });
const LineQuery = PartQuery.extend({
  line: number(10_000_000),
  from: number(Number.MAX_SAFE_INTEGER).default(0),
});

/** What a phase changed, of any size: its files a page at a time, the lines of a file a part at a time. */
export function addChangesRoutes(app: HttpServer, deps: Deps): void {
  async function diffOf(request: FastifyRequest, id: string, which: z.infer<typeof Which>): Promise<StoredDiff> {
    const { since, round, review: reviewId, min_position } = which;
    await waitFor(deps.positions, min_position);
    const task = await taskViewOf(deps, principalOf(request).workspaceId, id);
    if (task === null) throw refusal('TASK_NOT_FOUND');
    const changes =
      round === undefined && reviewId === undefined
        ? task.changes
        : (task.reviews.findLast(
            (review) =>
              (reviewId ?? review.id) === review.id &&
              (round ?? review.round) === review.round &&
              review.changes !== null,
          )?.changes ?? null);
    const blobId = since === 'previous' ? changes?.interdiffBlobId : changes?.diffBlobId;
    if (blobId === undefined || blobId === null) {
      throw new Problem('DOCUMENT_NOT_FOUND', {
        detail: changes === null ? 'The task has no changes yet.' : 'There was no round before this one.',
      });
    }
    return openStoredDiff(deps.blobs, blobId);
  }

  app.get(
    '/api/tasks/:id/changes',
    {
      schema: {
        tags,
        operationId: 'getTaskChanges',
        summary:
          'The files a phase changed, in the order of a tree; `since=previous` shows what changed since the round before',
        params,
        querystring: IndexQuery,
        response: { 200: DiffIndex },
      },
    },
    async (request) => {
      const { after, limit, ...which } = request.query;
      return (await diffOf(request, request.params.id, which)).index({ after, limit });
    },
  );

  app.get(
    '/api/tasks/:id/changes/file',
    {
      schema: {
        tags,
        operationId: 'getChangedLines',
        summary: 'A part of the diff of one file; how many it has is in the list of files',
        params,
        querystring: PartQuery,
        response: { 200: DiffPart },
      },
    },
    async (request) => {
      const { path, part, ...which } = request.query;
      const found = await (await diffOf(request, request.params.id, which)).part(path, part);
      if (found === null) throw refusal('FILE_NOT_IN_DIFF');
      return found;
    },
  );

  app.get(
    '/api/tasks/:id/changes/image',
    {
      schema: {
        tags,
        operationId: 'getChangedImage',
        summary: 'A changed image before or after the change, as the picture it is; nothing in it can run',
        params,
        querystring: ImageQuery,
      },
    },
    async (request, reply) => {
      const { path, side, ...which } = request.query;
      const content = await (await diffOf(request, request.params.id, which)).image(path, side);
      const type = content === null ? null : imageTypeOf(content);
      if (content === null || type === null) {
        throw new Problem('DOCUMENT_NOT_FOUND', { detail: 'There is no picture of this file on this side.' });
      }
      // Opened on its own it is still no page of ours.
      reply.headers({ 'content-security-policy': "default-src 'none'; sandbox; frame-ancestors 'none'" });
      return reply.type(type).send(content);
    },
  );

  app.get(
    '/api/tasks/:id/changes/line',
    {
      schema: {
        tags,
        operationId: 'getLongLine',
        summary: 'A line that is too long to be shown whole, 64 KB at a time; `line` counts from 0 in its part',
        params,
        querystring: LineQuery,
        response: { 200: DiffLineText },
      },
    },
    async (request) => {
      const { path, part, line, from, ...which } = request.query;
      const found = await (await diffOf(request, request.params.id, which)).lineText(path, { part, line, from });
      if (found === null) throw refusal('LINE_NOT_IN_DIFF');
      return found;
    },
  );
}

import {
  AddCommentRequest,
  ApproveReviewAnswer,
  ApproveReviewRequest,
  CommandAccepted,
  EditCommentRequest,
  Id,
  MarkFileRequest,
  RejectReviewRequest,
  RequestChangesRequest,
  ReviewView,
  ReviseDocumentRequest,
} from '@claude-codex/contracts';
import { hasRole } from '@claude-codex/contracts/access';
import { streamOf } from '@claude-codex/contracts/ids';
import { type ReviewCommand, reviewDecider } from '@claude-codex/domain/review/decide';
import { approveReview } from '@claude-codex/domain/transactions/approve-review';
import type { HttpServer } from '@claude-codex/service-kit/http/server';
import { idFrom } from '@claude-codex/service-kit/ids';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { principalOf } from '../access/principal.ts';
import { type CommandContext, commandContext } from '../commands/commands.ts';
import { refusal } from '../commands/problems.ts';
import type { Deps } from '../deps.ts';
import { MinPosition, waitFor } from '../reads/min-position.ts';
import { approvalsMissing } from './approvals-missing.ts';
import { taskOfReview } from './task-of-review.ts';
import { whatIsReviewed } from './what-is-reviewed.ts';

const tags = ['reviews'];
const params = z.object({ id: Id });
const commentParams = z.object({ id: Id, commentId: Id });
const accepted = { response: { 200: CommandAccepted } };

/** A person's decision on a phase: comments, file marks, edits of documents, and the verdict. */
export function addReviewRoutes(app: HttpServer, deps: Deps): void {
  const { commands, reads, positions, blobs, store } = deps;

  async function run(request: FastifyRequest, reviewId: string, command: ReviewCommand, context?: CommandContext) {
    const stream = streamOf('review', reviewId);
    await commands.own(principalOf(request), stream, 'REVIEW_NOT_FOUND');
    return commands.run(context ?? commandContext(request), { stream, decider: reviewDecider, command });
  }

  app.get(
    '/api/reviews/:id',
    { schema: { tags, operationId: 'getReview', params, querystring: MinPosition, response: { 200: ReviewView } } },
    async (request) => {
      const { id } = request.params;
      const principal = principalOf(request);
      await commands.own(principal, streamOf('review', id), 'REVIEW_NOT_FOUND');
      await waitFor(positions, request.query.min_position);
      const task = await reads.task(principal.workspaceId, await taskOfReview(store, id));
      const review = task?.reviews.find((candidate) => candidate.id === id);
      if (review === undefined) throw refusal('REVIEW_NOT_FOUND');
      return review;
    },
  );

  app.post(
    '/api/reviews/:id/comments',
    {
      schema: { tags, operationId: 'addComment', params, body: AddCommentRequest, response: { 201: CommandAccepted } },
    },
    async (request, reply) => {
      const { id } = request.params;
      await commands.own(principalOf(request), streamOf('review', id), 'REVIEW_NOT_FOUND');
      await (await whatIsReviewed(deps, id)).requireLines(request.body);
      const context = commandContext(request);
      const commentId = idFrom(context.commandId, 'comment');
      const command: ReviewCommand = { type: 'AddComment', comment: { commentId, ...request.body } };
      const position = await run(request, id, command, context);
      return reply.code(201).send({ id: commentId, position });
    },
  );

  app.patch(
    '/api/reviews/:id/comments/:commentId',
    { schema: { tags, operationId: 'editComment', params: commentParams, body: EditCommentRequest, ...accepted } },
    async (request) => {
      const { id, commentId } = request.params;
      const by = principalOf(request).personId;
      const position = await run(request, id, { type: 'EditComment', commentId, body: request.body.body, by });
      return { id: commentId, position };
    },
  );

  app.delete(
    '/api/reviews/:id/comments/:commentId',
    { schema: { tags, operationId: 'removeComment', params: commentParams, ...accepted } },
    async (request) => {
      const { id, commentId } = request.params;
      const { personId: by, role } = principalOf(request);
      const command: ReviewCommand = { type: 'RemoveComment', commentId, by, isOwner: hasRole(role, 'owner') };
      return { id: commentId, position: await run(request, id, command) };
    },
  );

  app.put(
    '/api/reviews/:id/files',
    {
      schema: {
        tags,
        operationId: 'markFile',
        summary: 'Marks a file as reviewed at the content it has now',
        params,
        body: MarkFileRequest,
        ...accepted,
      },
    },
    async (request) => {
      const { id } = request.params;
      const by = principalOf(request).personId;
      await commands.own(principalOf(request), streamOf('review', id), 'REVIEW_NOT_FOUND');
      await (await whatIsReviewed(deps, id)).requireFile(request.body.path, request.body.contentHash);
      return { id, position: await run(request, id, { type: 'MarkFile', ...request.body, by }) };
    },
  );

  app.put(
    '/api/reviews/:id/documents',
    {
      bodyLimit: 5 * 1024 * 1024, // a megabyte of text, however it is escaped
      schema: {
        tags,
        operationId: 'reviseDocument',
        summary: 'Replaces a document under review by your own text',
        params,
        body: ReviseDocumentRequest,
        ...accepted,
      },
    },
    async (request) => {
      const { id } = request.params;
      const { path, content } = request.body;
      await commands.own(principalOf(request), streamOf('review', id), 'REVIEW_NOT_FOUND');
      const body = Buffer.from(content, 'utf8');
      const { blobId, bytes } = await blobs.put(body, { maxBytes: body.length });
      const deliverable = { path, blobId, bytes, sha256: blobId };
      return { id, position: await run(request, id, { type: 'ReviseDocument', deliverable }) };
    },
  );

  app.patch(
    '/api/reviews/:id/approve',
    {
      schema: {
        tags,
        operationId: 'approveReview',
        summary: 'Approves; with `merge` it is also merged, at the last gate, as soon as its turn comes',
        params,
        body: ApproveReviewRequest,
        response: { 200: ApproveReviewAnswer },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { note, merge } = request.body;
      await commands.own(principalOf(request), streamOf('review', id), 'REVIEW_NOT_FOUND');
      await (await whatIsReviewed(deps, id)).requireReadable();
      const position = await commands.transact(commandContext(request), (load) =>
        approveReview(load, { reviewId: id, note, merge, by: principalOf(request).personId }),
      );
      const missing = await approvalsMissing(store, id);
      if (missing !== null) {
        const detail = `Your approval counts. The work waits for ${missing}.`;
        const asked = merge === null ? ('none' as const) : ('requested' as const);
        return { id, position, approved: false, merge: asked, detail };
      }
      if (merge === null)
        return { id, position, approved: true, merge: 'none' as const, detail: 'The work is approved.' };
      const detail = 'The work is approved and is merged when its turn comes.';
      return { id, position, approved: true, merge: 'requested' as const, detail };
    },
  );

  app.patch(
    '/api/reviews/:id/request-changes',
    { schema: { tags, operationId: 'requestChanges', params, body: RequestChangesRequest, ...accepted } },
    async (request) => {
      const { id } = request.params;
      return { id, position: await run(request, id, { type: 'RequestChanges', ...request.body }) };
    },
  );

  app.patch(
    '/api/reviews/:id/reject',
    { schema: { tags, operationId: 'rejectReview', params, body: RejectReviewRequest, ...accepted } },
    async (request) => {
      const { id } = request.params;
      return { id, position: await run(request, id, { type: 'RejectReview', ...request.body }) };
    },
  );
}

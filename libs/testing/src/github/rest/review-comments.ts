import { z } from 'zod';
import { addLineComment } from '../actions/reviews.ts';
import { created, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound, Refusal } from '../refusal.ts';
import { reviewCommentShape } from '../shapes/review.ts';
import type { ReviewComment } from '../state.ts';
import { pullOf } from './pulls.ts';

const PULLS = { permission: 'pull_requests' } as const;
const Create = z.object({
  body: z.string().min(1),
  commit_id: z.string(),
  path: z.string(),
  line: z.int().optional(),
  side: z.enum(['LEFT', 'RIGHT']).optional(),
  start_line: z.int().optional(),
  in_reply_to: z.int().optional(),
  subject_type: z.enum(['line', 'file']).optional(),
});

export const REVIEW_COMMENT_ROUTES: readonly Route[] = [
  repositoryRoute('pulls/list-review-comments', 'GET', '/pulls/{pull_number}/comments', PULLS, (call) => {
    const { pull } = pullOf(call);
    const begun = new Set(pull.reviews.filter(({ state }) => state === 'PENDING').map(({ id }) => id));
    const comments = pull.reviewComments.filter(({ reviewId }) => !begun.has(reviewId));
    return page(call, comments, (comment) => shown(call, comment));
  }),

  repositoryRoute(
    'pulls/create-review-comment',
    'POST',
    '/pulls/{pull_number}/comments',
    { ...PULLS, body: Create },
    async (call) => {
      const { world, repository, by, body } = call;
      if (body.line === undefined && body.subject_type !== 'file' && body.in_reply_to === undefined)
        throw new Refusal(422, 'Validation Failed: line is missing');
      const { path, line, side, start_line: startLine } = body;
      const inReplyTo = body.in_reply_to === undefined ? undefined : commentOf(call, body.in_reply_to);
      const comment = { path, line, side, startLine, body: body.body, inReplyTo };
      return created(shown(call, await addLineComment(world, repository, pullOf(call), by, comment)));
    },
  ),

  repositoryRoute(
    'pulls/create-reply-for-review-comment',
    'POST',
    '/pulls/{pull_number}/comments/{comment_id}/replies',
    { ...PULLS, body: z.object({ body: z.string().min(1) }) },
    async (call) => {
      const { world, repository, by, body, params } = call;
      const inReplyTo = commentOf(call, Number(params.comment_id));
      const comment = { path: inReplyTo.path, body: body.body, inReplyTo };
      return created(shown(call, await addLineComment(world, repository, pullOf(call), by, comment)));
    },
  ),
];

function shown(call: RepositoryCall, comment: ReviewComment) {
  return reviewCommentShape(call.world.at, call.repository, pullOf(call), comment);
}

function commentOf(call: RepositoryCall, id: number): ReviewComment {
  const comment = pullOf(call).pull.reviewComments.find((one) => one.id === id);
  if (comment === undefined) throw notFound();
  return comment;
}

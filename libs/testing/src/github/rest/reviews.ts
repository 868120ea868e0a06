import { z } from 'zod';
import { addReview, submitReview } from '../actions/reviews.ts';
import { ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound } from '../refusal.ts';
import { reviewCommentShape, reviewShape } from '../shapes/review.ts';
import type { Review } from '../state.ts';
import { pullOf } from './pulls.ts';

const PULLS = { permission: 'pull_requests' } as const;
const Verdict = z.enum(['APPROVE', 'REQUEST_CHANGES', 'COMMENT']);
const Comment = z.object({
  path: z.string(),
  body: z.string(),
  line: z.int().optional(),
  side: z.enum(['LEFT', 'RIGHT']).optional(),
  start_line: z.int().optional(),
});
const Create = z.object({
  commit_id: z.string().optional(),
  body: z.string().optional(),
  event: Verdict.optional(),
  comments: z.array(Comment).optional(),
});
const Submit = z.object({ event: Verdict, body: z.string().optional() });

export const REVIEW_ROUTES: readonly Route[] = [
  repositoryRoute('pulls/list-reviews', 'GET', '/pulls/{pull_number}/reviews', PULLS, (call) =>
    page(call, visible(call), (review) => reviewShape(call.world.at, call.repository, pullOf(call), review)),
  ),

  repositoryRoute(
    'pulls/create-review',
    'POST',
    '/pulls/{pull_number}/reviews',
    { ...PULLS, body: Create },
    async (call) => {
      const { world, repository, by, body } = call;
      const comments = body.comments?.map(({ start_line: startLine, ...comment }) => ({ ...comment, startLine }));
      const content = { verdict: body.event, body: body.body, comments, commitSha: body.commit_id };
      const review = await addReview(world, repository, pullOf(call), by, content);
      return ok(reviewShape(world.at, repository, pullOf(call), review));
    },
  ),

  repositoryRoute('pulls/get-review', 'GET', '/pulls/{pull_number}/reviews/{review_id}', PULLS, (call) =>
    ok(reviewShape(call.world.at, call.repository, pullOf(call), reviewOf(call))),
  ),

  repositoryRoute(
    'pulls/submit-review',
    'POST',
    '/pulls/{pull_number}/reviews/{review_id}/events',
    { ...PULLS, body: Submit },
    (call) => {
      const { world, repository, body } = call;
      const [issue, review] = [pullOf(call), reviewOf(call)];
      submitReview(world, repository, issue, review, { verdict: body.event, body: body.body });
      return ok(reviewShape(world.at, repository, issue, review));
    },
  ),

  repositoryRoute(
    'pulls/list-comments-for-review',
    'GET',
    '/pulls/{pull_number}/reviews/{review_id}/comments',
    PULLS,
    (call) => {
      const [issue, review] = [pullOf(call), reviewOf(call)];
      const comments = issue.pull.reviewComments.filter(({ reviewId }) => reviewId === review.id);
      return page(call, comments, (comment) => reviewCommentShape(call.world.at, call.repository, issue, comment));
    },
  ),
];

/** Nobody sees a review that another has begun. */
function visible(call: RepositoryCall): Review[] {
  return pullOf(call).pull.reviews.filter(({ state, author }) => state !== 'PENDING' || author === call.by);
}

function reviewOf(call: RepositoryCall): Review {
  const review = visible(call).find(({ id }) => id === Number(call.params.review_id));
  if (review === undefined) throw notFound();
  return review;
}

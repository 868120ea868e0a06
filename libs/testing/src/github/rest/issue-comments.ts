import { z } from 'zod';
import { addComment, editComment } from '../actions/issues.ts';
import { created, ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound, Refusal } from '../refusal.ts';
import { commentShape } from '../shapes/issue.ts';
import type { Comment, Issue } from '../state.ts';
import { ISSUES, issueOf } from './issues.ts';

const Body = z.object({ body: z.string().min(1) });

export const ISSUE_COMMENT_ROUTES: readonly Route[] = [
  repositoryRoute('issues/list-comments', 'GET', '/issues/{issue_number}/comments', ISSUES, (call) => {
    const issue = issueOf(call);
    const since = call.url.searchParams.get('since');
    const comments = issue.comments.filter(
      ({ updatedAt }) => since === null || Math.ceil(updatedAt.getTime() / 1000) * 1000 >= Date.parse(since),
    );
    return page(call, comments, (comment) => commentShape(call.world.at, call.repository, issue, comment));
  }),

  repositoryRoute(
    'issues/create-comment',
    'POST',
    '/issues/{issue_number}/comments',
    { ...ISSUES, body: Body },
    (call) => {
      const { world, repository, by, body } = call;
      const issue = issueOf(call);
      return created(commentShape(world.at, repository, issue, addComment(world, repository, issue, by, body.body)));
    },
  ),

  repositoryRoute('issues/get-comment', 'GET', '/issues/comments/{comment_id}', ISSUES, (call) => {
    const { issue, comment } = commentOf(call);
    return ok(commentShape(call.world.at, call.repository, issue, comment));
  }),

  repositoryRoute(
    'issues/update-comment',
    'PATCH',
    '/issues/comments/{comment_id}',
    { ...ISSUES, body: Body },
    (call) => {
      const { world, repository, by, body } = call;
      const { issue, comment } = commentOf(call);
      if (comment.author !== by && by !== repository.owner)
        throw new Refusal(403, 'Must be the author of the comment.');
      editComment(world, repository, issue, comment, by, body.body);
      return ok(commentShape(world.at, repository, issue, comment));
    },
  ),
];

function commentOf({ repository, params }: RepositoryCall): { issue: Issue; comment: Comment } {
  for (const issue of repository.issues.values()) {
    const comment = issue.comments.find(({ id }) => id === Number(params.comment_id));
    if (comment !== undefined) return { issue, comment };
  }
  throw notFound();
}

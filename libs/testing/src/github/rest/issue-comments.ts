import { z } from 'zod';
import { addComment, editComment } from '../actions/issues.ts';
import { created, ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound, Refusal } from '../refusal.ts';
import { commentShape, reactionShape } from '../shapes/issue.ts';
import type { Comment, Issue } from '../state.ts';
import { ISSUES, issueOf } from './issues.ts';

const Body = z.object({ body: z.string().min(1) });
const Content = z.enum(['+1', '-1', 'laugh', 'confused', 'heart', 'hooray', 'rocket', 'eyes']);

export const ISSUE_COMMENT_ROUTES: readonly Route[] = [
  repositoryRoute('issues/list-comments', 'GET', '/issues/{issue_number}/comments', ISSUES, (call) => {
    const issue = issueOf(call);
    const since = call.url.searchParams.get('since');
    const comments = issue.comments.filter(({ updatedAt }) => since === null || !isOlder(updatedAt, since));
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

  repositoryRoute('issues/list-comments-for-repo', 'GET', '/issues/comments', ISSUES, (call) => {
    const { world, repository, url } = call;
    const [since, sort] = [url.searchParams.get('since'), url.searchParams.get('sort')];
    const all = [...repository.issues.values()].flatMap((issue) =>
      issue.comments.map((comment) => ({ issue, comment })),
    );
    const found = all.filter(({ comment }) => since === null || !isOlder(comment.updatedAt, since));
    const key = sort === 'updated' ? 'updatedAt' : 'createdAt';
    const sorted = found.toSorted((a, b) => a.comment[key].getTime() - b.comment[key].getTime());
    // Without an order they come by their ids, whatever direction is asked for.
    const ordered = sort !== null && url.searchParams.get('direction') === 'desc' ? sorted.reverse() : sorted;
    return page(call, ordered, ({ issue, comment }) => commentShape(world.at, repository, issue, comment));
  }),

  repositoryRoute(
    'reactions/create-for-issue-comment',
    'POST',
    '/issues/comments/{comment_id}/reactions',
    { ...ISSUES, body: z.object({ content: Content }) },
    (call) => {
      const { world, by, body } = call;
      const { comment } = commentOf(call);
      const before = comment.reactions.find((one) => one.by === by && one.content === body.content);
      if (before !== undefined) return ok(reactionShape(world.at, before));
      const reaction = { id: world.nextId(), by, content: body.content, createdAt: new Date() };
      comment.reactions.push(reaction);
      return created(reactionShape(world.at, reaction));
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

/** Answers tell whole seconds, so a change within the second that somebody knows has to be found. */
function isOlder(date: Date, since: string): boolean {
  return Math.ceil(date.getTime() / 1000) * 1000 < Date.parse(since);
}

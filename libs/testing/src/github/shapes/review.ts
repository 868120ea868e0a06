import type { PullRequest, Repository, Review, ReviewComment } from '../state.ts';
import type { Addresses } from '../world.ts';
import { association, nodeId, reactions, repositoryUrl, type Schemas, simpleUser, time, timeOrNull } from './common.ts';
import { pullPage, pullUrl } from './pull.ts';

export function reviewShape(at: Addresses, repository: Repository, pull: PullRequest, review: Review) {
  const html = `${pullPage(at, repository, pull)}#pullrequestreview-${review.id}`;
  const url = pullUrl(at, repository, pull);
  return {
    id: review.id,
    node_id: nodeId('PullRequestReview', review.id),
    user: simpleUser(at, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: url,
    author_association: association(repository, review.author),
    _links: { html: { href: html }, pull_request: { href: url } },
    commit_id: review.commitSha,
    ...(review.submittedAt === null ? {} : { submitted_at: time(review.submittedAt) }),
  } satisfies Schemas['pull-request-review'];
}

/** What hooks are told spells the states in small letters. */
export function toldReview(at: Addresses, repository: Repository, pull: PullRequest, review: Review) {
  const shape = reviewShape(at, repository, pull, review);
  return {
    ...shape,
    state: review.state.toLowerCase(),
    body: review.body === '' ? null : review.body,
    submitted_at: timeOrNull(review.submittedAt),
  };
}

/** Where a person finds it. */
export function reviewCommentPage(
  at: Addresses,
  repository: Repository,
  pull: PullRequest,
  { id }: ReviewComment,
): string {
  return `${pullPage(at, repository, pull)}#discussion_r${id}`;
}

export function reviewCommentShape(at: Addresses, repository: Repository, pull: PullRequest, comment: ReviewComment) {
  const { id, line, startLine, side } = comment;
  const url = `${repositoryUrl(at, repository)}/pulls/comments/${id}`;
  const html = reviewCommentPage(at, repository, pull, comment);
  const pullAddress = pullUrl(at, repository, pull);
  // A comment on a line counts the lines of its hunk; one on the file is at its first.
  const position = comment.diffHunk === '' ? 1 : comment.diffHunk.split('\n').length - 1;
  return {
    id,
    node_id: nodeId('PullRequestReviewComment', id),
    url,
    html_url: html,
    pull_request_url: pullAddress,
    pull_request_review_id: comment.reviewId,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    commit_id: comment.commitSha,
    original_commit_id: comment.commitSha,
    position,
    original_position: position,
    line,
    original_line: line,
    start_line: startLine,
    original_start_line: startLine,
    side,
    start_side: startLine === null ? null : side,
    subject_type: line === null ? ('file' as const) : ('line' as const),
    user: simpleUser(at, comment.author),
    body: comment.body,
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: association(repository, comment.author),
    reactions: reactions(url),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pullAddress } },
    ...(comment.inReplyTo === null ? {} : { in_reply_to_id: comment.inReplyTo }),
  };
}

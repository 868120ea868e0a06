import { changedFiles } from '../git/history.ts';
import { nodeId } from '../shapes/common.ts';
import { reviewCommentShape } from '../shapes/review.ts';
import type { Account, PullRequest, Repository, ReviewComment } from '../state.ts';
import type { World } from '../world.ts';
import { diffHunk } from './diff-hunk.ts';
import { pullWithReview } from './pull-view.ts';

/** A comment on lines and what was answered to it, the oldest first. */
export interface ReviewThread {
  readonly first: ReviewComment;
  readonly comments: readonly ReviewComment[];
}

/** Those somebody sees: what is in a review that another one has begun is nobody's yet. */
export function threadsIn({ pull }: PullRequest, viewer: Account): ReviewThread[] {
  const begun = pull.reviews.filter(({ state, author }) => state === 'PENDING' && author !== viewer);
  const hidden = new Set(begun.map(({ id }) => id));
  const seen = pull.reviewComments.filter(({ reviewId }) => !hidden.has(reviewId));
  return seen
    .filter(({ inReplyTo }) => inReplyTo === null)
    .map((first) => ({ first, comments: [first, ...seen.filter(({ inReplyTo }) => inReplyTo === first.id)] }));
}

export function threadNodeId({ id }: ReviewComment): string {
  return nodeId('PullRequestReviewThread', id);
}

/** Where the line of a comment is in the newest work; null when it is not what it was: the thread is outdated. */
export async function lineNow(
  repository: Repository,
  { pull }: PullRequest,
  { path, line, side, diffHunk: hunk, commitSha }: ReviewComment,
): Promise<number | null> {
  if (line === null || commitSha === pull.headSha) return line;
  const files = await changedFiles(repository.directory, pull.baseSha, pull.headSha);
  const patch = files.find((file) => file.path === path)?.patch;
  const now = patch == null ? null : diffHunk(patch, line, side);
  return now?.split('\n').at(-1) === hunk.split('\n').at(-1) ? line : null;
}

/** Resolves a thread or takes that back. One that is so already stays as it is. */
export async function settleThread(
  world: World,
  repository: Repository,
  issue: PullRequest,
  { first, comments }: ReviewThread,
  sender: Account,
  isResolved: boolean,
): Promise<void> {
  const { settledThreads } = issue.pull;
  if (settledThreads.has(first.id) === isResolved) return;
  if (isResolved) settledThreads.set(first.id, sender);
  else settledThreads.delete(first.id);
  const thread = {
    node_id: threadNodeId(first),
    comments: comments.map((comment) => reviewCommentShape(world.at, repository, issue, comment)),
  };
  const action = isResolved ? 'resolved' : 'unresolved';
  const payload = { action, thread, pull_request: pullWithReview(world, repository, issue) };
  world.emit({ repository, sender, event: 'pull_request_review_thread', payload });
}

import { lineNow, type ReviewThread, threadNodeId } from '../../actions/review-threads.ts';
import { nodeId, time } from '../../shapes/common.ts';
import { reviewCommentPage } from '../../shapes/review.ts';
import type { Account, PullRequest, Repository, ReviewComment } from '../../state.ts';
import { connection, type Window } from '../connection.ts';
import type { Asker } from '../reach.ts';

export function reviewThreadNode(asker: Asker, repository: Repository, issue: PullRequest, thread: ReviewThread) {
  const { first, comments } = thread;
  const now = () => lineNow(repository, issue, first);
  const settled = issue.pull.settledThreads.get(first.id);
  return {
    id: threadNodeId(first),
    path: first.path,
    diffSide: first.side,
    subjectType: first.line === null ? 'FILE' : 'LINE',
    isResolved: settled !== undefined,
    isCollapsed: settled !== undefined,
    resolvedBy: settled === undefined ? null : actorNode(settled),
    originalLine: first.line,
    originalStartLine: first.startLine,
    line: now,
    startLine: async () => ((await now()) === null ? null : first.startLine),
    isOutdated: async () => first.line !== null && (await now()) === null,
    comments: (window: Window) =>
      connection('comments', comments, window, (comment) => commentNode(asker, repository, issue, comment)),
  };
}

function commentNode({ world }: Asker, repository: Repository, issue: PullRequest, comment: ReviewComment) {
  const { id, author, body, diffHunk, commitSha, createdAt, updatedAt, path, reviewId } = comment;
  const isPending = issue.pull.reviews.some((review) => review.id === reviewId && review.state === 'PENDING');
  return {
    ...{ body, diffHunk, path },
    id: nodeId('PullRequestReviewComment', id),
    databaseId: id,
    fullDatabaseId: String(id),
    author: actorNode(author),
    state: isPending ? 'PENDING' : 'SUBMITTED',
    url: reviewCommentPage(world.at, repository, issue, comment),
    createdAt: time(createdAt),
    updatedAt: time(updatedAt),
    originalCommit: { oid: commitSha },
  };
}

/** An app is called by its name alone here. */
function actorNode({ type, login }: Account) {
  return { __typename: type, login: type === 'Bot' ? login.replace(/\[bot\]$/, '') : login };
}

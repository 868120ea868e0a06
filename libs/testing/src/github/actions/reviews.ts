import { changedFiles } from '../git/history.ts';
import { Refusal } from '../refusal.ts';
import { reviewCommentShape, toldReview } from '../shapes/review.ts';
import type { Account, PullRequest, Repository, Review, ReviewComment } from '../state.ts';
import type { World } from '../world.ts';
import { diffHunk } from './diff-hunk.ts';
import { pullWithReview } from './pull-view.ts';

export type Verdict = 'APPROVE' | 'REQUEST_CHANGES' | 'COMMENT';
const STATES = { APPROVE: 'APPROVED', REQUEST_CHANGES: 'CHANGES_REQUESTED', COMMENT: 'COMMENTED' } as const;

export interface LineComment {
  readonly path: string;
  readonly body: string;
  /** None: on the whole file. */
  readonly line?: number | undefined;
  readonly side?: 'LEFT' | 'RIGHT' | undefined;
  readonly startLine?: number | undefined;
}

export interface ReviewContent {
  /** None: begun, and not sent yet. */
  readonly verdict?: Verdict | undefined;
  readonly body?: string | undefined;
  readonly comments?: readonly LineComment[] | undefined;
  readonly commitSha?: string | undefined;
}

/** @throws {Refusal} 422 with GitHub's words: one's own, without words where they are needed, or beside the change */
export async function addReview(
  world: World,
  repository: Repository,
  issue: PullRequest,
  author: Account,
  { verdict, body = '', comments = [], commitSha = issue.pull.headSha }: ReviewContent,
): Promise<Review> {
  if (verdict !== undefined) mayDecide(issue, author, verdict, body, comments.length > 0);
  const review: Review = { id: world.nextId(), author, state: 'PENDING', body, commitSha, submittedAt: null };
  const placed = await Promise.all(comments.map((comment) => place(world, repository, issue, review, comment, null)));
  issue.pull.reviews.push(review);
  issue.pull.reviewComments.push(...placed);
  if (verdict !== undefined) submitReview(world, repository, issue, review, { verdict });
  return review;
}

/** Sends a review that was begun. @throws {Refusal} 422 when it may not be or was sent before */
export function submitReview(
  world: World,
  repository: Repository,
  issue: PullRequest,
  review: Review,
  { verdict, body = review.body }: { readonly verdict: Verdict; readonly body?: string | undefined },
): void {
  if (review.state !== 'PENDING') throw new Refusal(422, 'Could not submit a review that is not pending.');
  const comments = issue.pull.reviewComments.filter(({ reviewId }) => reviewId === review.id);
  mayDecide(issue, review.author, verdict, body, comments.length > 0);
  Object.assign(review, { state: STATES[verdict], body, submittedAt: new Date() });
  issue.updatedAt = new Date();
  const told = { action: 'submitted', review: toldReview(world.at, repository, issue, review) };
  const pull_request = pullWithReview(world, repository, issue);
  const sender = review.author;
  world.emit({ repository, sender, event: 'pull_request_review', payload: { ...told, pull_request } });
  for (const comment of comments) tellComment(world, repository, issue, comment);
}

/** A comment on a line outside of a review: GitHub makes a review of this one comment. */
export async function addLineComment(
  world: World,
  repository: Repository,
  issue: PullRequest,
  author: Account,
  comment: LineComment & { readonly inReplyTo?: ReviewComment | undefined },
): Promise<ReviewComment> {
  const commitSha = issue.pull.headSha;
  const review: Review = {
    id: world.nextId(),
    author,
    state: 'COMMENTED',
    body: '',
    commitSha,
    submittedAt: new Date(),
  };
  const placed = await place(world, repository, issue, review, comment, comment.inReplyTo ?? null);
  issue.pull.reviews.push(review);
  issue.pull.reviewComments.push(placed);
  issue.updatedAt = new Date();
  tellComment(world, repository, issue, placed);
  return placed;
}

function mayDecide({ author: opener }: PullRequest, author: Account, verdict: Verdict, body: string, has: boolean) {
  if (verdict === 'COMMENT' && body === '' && !has) throw unprocessable('Body can not be blank');
  if (verdict === 'REQUEST_CHANGES' && body === '') throw unprocessable('Body can not be blank');
  if (author !== opener || verdict === 'COMMENT') return;
  const what = verdict === 'APPROVE' ? 'approve' : 'request changes on';
  throw unprocessable(`Review Can not ${what} your own pull request`);
}

async function place(
  world: World,
  repository: Repository,
  { pull }: PullRequest,
  { id: reviewId, author }: Review,
  { path, body, line, side = 'RIGHT', startLine }: LineComment,
  inReplyTo: ReviewComment | null,
): Promise<ReviewComment> {
  const now = new Date();
  const common = {
    id: world.nextId(),
    author,
    body,
    createdAt: now,
    updatedAt: now,
    reactions: [],
    reviewId,
    commitSha: pull.headSha,
  };
  if (inReplyTo !== null) {
    const { path, line, startLine, side, diffHunk } = inReplyTo;
    return { ...common, path, line, startLine, side, diffHunk, inReplyTo: inReplyTo.inReplyTo ?? inReplyTo.id };
  }
  const files = await changedFiles(repository.directory, pull.baseSha, pull.headSha);
  const patch = files.find((file) => file.path === path)?.patch;
  if (patch == null) throw unprocessable('Path could not be resolved');
  const place = { path, line: line ?? null, startLine: startLine ?? null, side, inReplyTo: null };
  const hunk = line === undefined ? '' : diffHunk(patch, line, side);
  if (hunk === null) throw unprocessable('Line could not be resolved');
  return { ...common, ...place, diffHunk: hunk };
}

function tellComment(world: World, repository: Repository, issue: PullRequest, comment: ReviewComment): void {
  const told = { action: 'created', comment: reviewCommentShape(world.at, repository, issue, comment) };
  const payload = { ...told, pull_request: pullWithReview(world, repository, issue) };
  world.emit({ repository, sender: comment.author, event: 'pull_request_review_comment', payload });
}

function unprocessable(message: string): Refusal {
  return new Refusal(422, `Unprocessable Entity: ${message}`);
}

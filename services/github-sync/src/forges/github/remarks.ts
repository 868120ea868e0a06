import type { EventData } from '@claude-codex/contracts/events';
import { type LineRemark, REMARK_LIMITS } from '@claude-codex/contracts/pull-request/events';
import { cleanText, cutText } from '@claude-codex/contracts/text';
import { heardThreadId } from '@claude-codex/forges/forge-threads';
import type { Conditional } from '../../api/conditional.ts';
import { asking, GithubRefused } from '../../api/faults.ts';
import { mayPush } from '../../api/may-push.ts';
import { isMarked, readThreadMark } from '../../api/our-mark.ts';
import type { Opinions } from './judge.ts';
import type { Place } from './place.ts';

const PAGE = 100;
/** GitHub gives the oldest first; nobody reads more than these. */
const PAGES = 3;

interface Remarks {
  readonly reviews: readonly EventData<'PullRequestReviewed'>[];
  readonly comments: readonly EventData<'PullRequestCommented'>[];
  readonly isDiscussed: boolean;
  readonly opinions: Opinions;
}

/** What people submitted on a pull request and is not known yet. What is not for us to see counts as nothing. */
export async function remarksOf(
  place: Place,
  ask: Conditional,
  {
    number,
    headSha,
    known,
  }: { readonly number: number; readonly headSha: string; readonly known: ReadonlySet<string> },
): Promise<Remarks> {
  const { octokit, owner, repo } = place;
  const at = { owner, repo, per_page: PAGE };
  const name = `${owner}/${repo}/pulls/${number}`;
  const { pulls, issues } = octokit.rest;
  const [reviews, lines, comments] = await Promise.all([
    allOf(ask, `${name}/reviews`, (more) => pulls.listReviews({ ...at, pull_number: number, ...more })),
    allOf(ask, `${name}/lines`, (more) => pulls.listReviewComments({ ...at, pull_number: number, ...more })),
    allOf(ask, `${name}/comments`, (more) => issues.listComments({ ...at, issue_number: number, ...more })),
  ]);
  const mayWrite = createRights(place, ask);
  const newReviews = reviews.flatMap((review) => {
    const verdict = VERDICTS.get(review.state);
    const { submitted_at: submittedAt } = review;
    if (verdict === undefined || submittedAt === undefined || known.has(`review-${review.id}`)) return [];
    const all = lines.filter(({ pull_request_review_id: id }) => id === review.id);
    // GitHub makes a review of each answer, ours as well.
    const inside = all.filter(({ user, body }) => !isOurs(place, user, body));
    // A review of a comment that was taken back says nothing.
    if (verdict === 'commented' && review.body === '' && inside.length === 0) return [];
    return [{ ...review, submittedAt, verdict, inside }];
  });
  const newComments = comments.filter(
    (comment) => !known.has(`comment-${comment.id}`) && !isOurs(place, comment.user, comment.body),
  );
  return {
    reviews: await Promise.all(
      newReviews.map(async ({ id, user, body, html_url: url, submittedAt, verdict, inside }) => ({
        ...said(`review-${id}`, user, body, url, submittedAt),
        mayWrite: await mayWrite(user),
        verdict,
        comments: inside.slice(0, REMARK_LIMITS.comments).map((line) => lineOf(line, threadIdOf(place, lines, line))),
        headSha,
      })),
    ),
    comments: await Promise.all(
      newComments.map(async ({ id, user, body, html_url: url, created_at: createdAt }) => ({
        ...said(`comment-${id}`, user, body ?? '', url, createdAt),
        mayWrite: await mayWrite(user),
      })),
    ),
    isDiscussed: lines.length > 0,
    opinions: opinionsIn(reviews),
  };
}

/** The last word of each; comments leave it as it was. */
function opinionsIn(reviews: readonly { readonly state: string; readonly user: User }[]): Opinions {
  const said = reviews.filter(({ state }) => ['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED'].includes(state));
  const last = new Map(said.map(({ user, state }) => [user?.login ?? 'ghost', state]));
  const of = (wanted: string) => [...last].flatMap(([login, state]) => (state === wanted ? [login] : []));
  return { approved: of('APPROVED').length, against: of('CHANGES_REQUESTED') };
}

/** Not those that are pending: nobody but their author may know of them. */
const VERDICTS: ReadonlyMap<string, EventData<'PullRequestReviewed'>['verdict']> = new Map([
  ['APPROVED', 'approved'],
  ['CHANGES_REQUESTED', 'changes_requested'],
  ['COMMENTED', 'commented'],
  ['DISMISSED', 'dismissed'],
]);

type User = { readonly login: string } | null | undefined;

function isOurs({ login }: Place, user: User, body: string | undefined): boolean {
  return user?.login === login && isMarked(body ?? '');
}

function said(id: string, user: User, body: string, url: string, at: string) {
  // An account that was deleted is called so by GitHub.
  return { id, author: user?.login ?? 'ghost', body: cutText(cleanText(body), REMARK_LIMITS.body), url, at };
}

interface Line {
  readonly id: number | bigint;
  readonly in_reply_to_id?: number;
  readonly user: User;
  readonly path: string;
  readonly line?: number | null;
  readonly side?: string;
  readonly body: string;
  readonly html_url: string;
}

/** What the thread is called here that a comment is in: one of ours, or one that was begun there. */
function threadIdOf(place: Place, lines: readonly Line[], { id, in_reply_to_id: inReplyTo }: Line): string {
  const first = lines.find((line) => line.id === (inReplyTo ?? id));
  const mark = first !== undefined && isOurs(place, first.user, first.body) ? readThreadMark(first.body) : null;
  return mark?.kind === 'thread' ? mark.id : heardThreadId('github', String(inReplyTo ?? id));
}

function lineOf({ id, path, line, side, body, html_url: url }: Line, threadId: string): LineRemark {
  return {
    id: `line-${id}`,
    path: cleanText(path),
    line: line ?? null,
    side: side === 'LEFT' ? 'old' : 'new',
    body: cutText(cleanText(body), REMARK_LIMITS.comment),
    url,
    threadId,
  };
}

/** Whether somebody may write there, asked once for each. */
function createRights(place: Place, ask: Conditional): (user: User) => Promise<boolean> {
  const known = new Map<string, Promise<boolean>>();
  return async (user) => {
    if (!user) return false;
    const right = known.get(user.login) ?? mayPush(place, ask, user.login);
    known.set(user.login, right);
    return right;
  };
}

type Page<Item> = { readonly data: Item[]; readonly headers: { readonly etag?: string | undefined } };

async function allOf<Item>(
  ask: Conditional,
  name: string,
  get: (more: { readonly page: number; readonly headers: Record<string, string> }) => Promise<Page<Item>>,
): Promise<Item[]> {
  const all: Item[] = [];
  try {
    for (let page = 1; page <= PAGES; page += 1) {
      const found = await ask((headers) => asking(get({ page, headers }), Date.now()), `${name}/${page}`);
      all.push(...found);
      if (found.length < PAGE) break;
    }
  } catch (error) {
    if (!(error instanceof GithubRefused)) throw error;
  }
  return all;
}

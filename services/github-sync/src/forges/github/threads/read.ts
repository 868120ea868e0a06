import { REMARK_LIMITS } from '@claude-codex/contracts/pull-request/events';
import { cleanText, cutText } from '@claude-codex/contracts/text';
import type { ForgeThread, ForgeWords, LineRange } from '@claude-codex/forges/forge-threads';
import { GithubRefused } from '../../../api/faults.ts';
import { askingGraphql } from '../../../api/graphql.ts';
import { readThreadMark } from '../../../api/our-mark.ts';
import type { Place } from '../place.ts';
import { type FoundComment, type FoundThread, type FoundThreads, THREADS } from './query.ts';
import { quoteIn } from './quote.ts';

/** More than anybody goes through in one pull request. */
const PAGES = 4;

/** Threads of a pull request, as far as everybody may see them; null when they are not for us to see. */
export async function readThreads(place: Place, number: number): Promise<ForgeThread[] | null> {
  const { octokit, owner, repo } = place;
  const threads: ForgeThread[] = [];
  let after: string | null = null;
  try {
    for (let page = 0; page < PAGES; page += 1) {
      const wanted = { owner, repo, number, after };
      const found: FoundThreads = await askingGraphql<FoundThreads>(octokit, THREADS, wanted, Date.now());
      const { nodes, pageInfo } = found.repository.pullRequest.reviewThreads;
      threads.push(...nodes.flatMap((thread) => threadOf(place, thread) ?? []));
      if (!pageInfo.hasNextPage) break;
      after = pageInfo.endCursor;
    }
  } catch (error) {
    if (error instanceof GithubRefused) return null;
    throw error;
  }
  return threads;
}

/** Null for what somebody has begun in a review and not sent: that is nobody's yet, and never comes here. */
function threadOf(place: Place, found: FoundThread): ForgeThread | null {
  const [begun, ...others] = found.comments.nodes;
  if (begun === undefined || begun.state === 'PENDING') return null;
  const side = found.diffSide === 'LEFT' ? 'old' : 'new';
  const lines = rangeOf(found.originalStartLine, found.originalLine);
  return {
    threadId: found.id,
    status: found.isResolved ? 'resolved' : 'open',
    resolvedBy: found.resolvedBy?.login ?? null,
    path: cleanText(found.path),
    side,
    lines,
    linesNow: rangeOf(found.startLine, found.line),
    commitSha: begun.originalCommit?.oid ?? '',
    quote: lines === null ? '' : quoteIn(begun.diffHunk, { side, lines: lines.endLine - lines.startLine + 1 }),
    first: wordsOf(place, begun),
    replies: others.filter(({ state }) => state === 'SUBMITTED').map((one) => wordsOf(place, one)),
  };
}

function rangeOf(start: number | null, end: number | null): LineRange | null {
  return end === null ? null : { startLine: Math.min(start ?? end, end), endLine: end };
}

function wordsOf({ login: us }: Place, { fullDatabaseId, author, body, url }: FoundComment): ForgeWords {
  const login = author === null ? 'ghost' : loginOf(author);
  return {
    commentId: fullDatabaseId ?? '',
    login,
    body: cutText(cleanText(body), REMARK_LIMITS.body),
    url,
    ours: login === us ? readThreadMark(body) : null,
  };
}

/** GraphQL calls an app by its name alone; REST, and so we, by one that no person can have. */
function loginOf({ __typename: type, login }: NonNullable<FoundComment['author']>): string {
  return type === 'Bot' ? `${login}[bot]` : login;
}

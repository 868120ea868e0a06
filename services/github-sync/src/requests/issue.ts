import type { ForgeIssueAnswer, ForgeIssueRequest } from '@claude-codex/contracts';
import { cutText } from '@claude-codex/contracts/text';
import type { RepositoryPlace } from '../api/client.ts';
import type { Conditional } from '../api/conditional.ts';
import { asking, GithubRefused } from '../api/faults.ts';
import { isMarked } from '../api/our-mark.ts';
import { readCommand } from '../commands/read-command.ts';
import { type FoundText, issueView, textView } from './issue-view.ts';
import { type IssueParts, unreadable } from './issues.ts';
import { writersAmong } from './writers.ts';

const MOST = { body: 20_000, comment: 5_000, comments: 100 };
const PER_PAGE = 100;

/** One issue with what was said of it lately, and who of those who spoke may push to the repository. */
export async function issueOf(
  { clients, ask }: IssueParts,
  { credentialId, slug, number }: ForgeIssueRequest,
): Promise<ForgeIssueAnswer> {
  const [owner = '', repo = ''] = slug.split('/');
  try {
    const { octokit } = await clients.of(credentialId, { purpose: 'work', slug });
    const place = { octokit, owner, repo };
    const asked = underName(ask, credentialId);
    const found = await asked(
      (headers) => asking(octokit.rest.issues.get({ owner, repo, issue_number: number, headers }), Date.now()),
      `${slug}/issues/${number}`,
    );
    if (found.pull_request !== undefined) return notFound(`#${number} of ${slug} is a pull request, not an issue.`);
    const comments = await commentsOf(place, asked, { slug, number, count: found.comments });
    const talk = comments.filter((comment) => !isOfOurs(comment));
    const writers = await writersAmong(place, asked, [found, ...talk]);
    const issue = {
      ...issueView(found),
      text: textView(found, writers, MOST.body),
      discussion: talk.map((comment) => textView(comment, writers, MOST.comment)),
      hasOlder: found.comments > comments.length,
    };
    return { ok: true, issue };
  } catch (error) {
    if (error instanceof GithubRefused && (error.status === 404 || error.status === 410)) {
      return notFound(`${slug} has no issue #${number} that the token can see.`);
    }
    return unreadable(slug, error);
  }
}

/** What we said of earlier tasks, and commands to us: nothing of it is about the issue. One with more words is kept. */
function isOfOurs({ body }: FoundText): boolean {
  const words = body ?? '';
  if (isMarked(words)) return true;
  const wish = readCommand(words);
  return wish !== null && (wish.kind !== 'command' || wish.text === '');
}

/** One credential is never answered with what was kept for another. */
function underName(ask: Conditional, credentialId: string): Conditional {
  return (request, name) => ask(request, `${credentialId} ${name}`);
}

function notFound(detail: string): ForgeIssueAnswer {
  return { ok: false, code: 'ISSUE_NOT_FOUND', detail };
}

/** The newest: GitHub gives the oldest first, so of many the last two pages are read. */
async function commentsOf(
  { octokit, owner, repo }: RepositoryPlace,
  ask: Conditional,
  { slug, number, count }: { slug: string; number: number; count: number },
): Promise<FoundText[]> {
  if (count === 0) return [];
  const last = Math.ceil(count / PER_PAGE);
  const comments: FoundText[] = [];
  for (const page of last === 1 ? [1] : [last - 1, last]) {
    const at = { owner, repo, issue_number: number, per_page: PER_PAGE, page };
    const found = await ask(async (headers) => {
      const answer = await asking(octokit.rest.issues.listComments({ ...at, headers }), Date.now());
      return { headers: answer.headers, data: answer.data.map(shortened) };
    }, `${slug}/issues/${number}/comments/${page}`);
    comments.push(...found);
  }
  return comments.slice(-MOST.comments);
}

/** Made small before it is kept for the next time; still longer than what is shown, so that it is seen to be cut. */
function shortened({ user, body, author_association, created_at }: FoundText): FoundText {
  const login = user === null ? null : { login: user.login };
  return {
    user: login,
    body: cutText(body ?? '', 2 * MOST.comment),
    author_association: author_association ?? '',
    created_at,
  };
}

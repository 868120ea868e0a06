import type { Conditional } from '../../api/conditional.ts';
import { asking } from '../../api/faults.ts';
import { mayPush } from '../../api/may-push.ts';
import { isMarked, replyMark } from '../../api/our-mark.ts';
import type { Comment, CommentForge, CommentPlace } from '../../commands/comment-forge.ts';
import type { Clients } from '../../connections/clients.ts';
import type { Place } from './place.ts';
import { quiet } from './quiet.ts';

const PAGE = 100;
/** Of what was said in a day, at a start; later one does. */
const PAGES = 10;
/** Signs that GitHub has: there is no tick and no cross. */
const SIGNS = { done: '+1', refused: 'confused' } as const;

/** The part of GitHub's answer that is used here. */
interface Found {
  readonly id: number | bigint;
  readonly user: { readonly login: string; readonly type?: string } | null;
  readonly body?: string;
  readonly html_url: string;
  readonly issue_url: string;
  readonly created_at: string;
  readonly updated_at: string;
  readonly performed_via_github_app?: unknown;
}

/** Comments of issues and pull requests on GitHub, one list for a repository. */
export function createGithubComments(clients: Pick<Clients, 'ofConnection'>, ask: Conditional): CommentForge {
  async function placeOf({ connectionId, slug }: CommentPlace): Promise<Place> {
    const [owner = '', repo = ''] = slug.split('/');
    const { octokit, login } = await clients.ofConnection(connectionId, { purpose: 'work', slug });
    return { octokit, owner, repo, login };
  }

  return {
    async heard(at, since, isKnown) {
      const place = await placeOf(at);
      const found: Comment[] = [];
      for (let page = 1; page <= PAGES; page += 1) {
        const comments = await pageOf(place, ask, { page, connectionId: at.connectionId });
        const fresh = comments.map((one) => commentOf(place, one)).filter((one) => one.at >= since);
        found.push(...fresh.filter(({ id }) => !isKnown(id)));
        if (fresh.length < PAGE || fresh.some(({ id }) => isKnown(id))) break;
      }
      return found.reverse();
    },
    mayWrite: async (at, login) => mayPush(await placeOf(at), ask, login),
    async sign(at, { id }, sign) {
      const { octokit, owner, repo } = await placeOf(at);
      const wanted = { owner, repo, comment_id: Number(id), content: SIGNS[sign] };
      await asking(octokit.rest.reactions.createForIssueComment(wanted), Date.now());
    },
    async reply(at, comment, text) {
      const place = await placeOf(at);
      const mark = replyMark(comment.id);
      if (await isReplied(place, comment, mark)) return;
      const { octokit, owner, repo } = place;
      const body = `${mark}\n${quiet(text)}`;
      await asking(octokit.rest.issues.createComment({ owner, repo, issue_number: comment.number, body }), Date.now());
    },
  };
}

/** The newest first. The first page costs nothing while nobody says anything. */
function pageOf(
  { octokit, owner, repo }: Place,
  ask: Conditional,
  { page, connectionId }: { readonly page: number; readonly connectionId: string },
): Promise<readonly Found[]> {
  const query = { owner, repo, sort: 'created', direction: 'desc', per_page: PAGE, page } as const;
  return ask<readonly Found[]>(
    (headers) => asking(octokit.rest.issues.listCommentsForRepo({ ...query, headers }), Date.now()),
    `${connectionId}/${owner}/${repo}/comments/${page}`,
  );
}

function commentOf({ login }: Place, found: Found): Comment {
  const { id, user, body = '', html_url: url, issue_url: issue } = found;
  const isOurs = user?.login === login && isMarked(body);
  // Also what a program says in somebody's name.
  const isOfProgram =
    user?.type === 'Bot' || user?.login.endsWith('[bot]') === true || (found.performed_via_github_app ?? null) !== null;
  return {
    id: String(id),
    number: Number(issue.slice(issue.lastIndexOf('/') + 1)),
    isPullRequest: new URL(url).pathname.split('/').at(-2) === 'pull',
    login: user?.login ?? 'ghost',
    isOfPerson: user !== null && !isOurs && !isOfProgram && found.created_at === found.updated_at,
    body,
    url,
    at: Date.parse(found.created_at),
  };
}

/** Somebody was killed after it was written, or another process was first. */
async function isReplied(
  { octokit, owner, repo, login }: Place,
  { number, at }: Comment,
  mark: string,
): Promise<boolean> {
  const since = new Date(at).toISOString();
  const wanted = { owner, repo, issue_number: number, since, per_page: PAGE };
  const { data } = await asking(octokit.rest.issues.listComments(wanted), Date.now());
  return data.some(({ user, body }) => user?.login === login && body?.startsWith(mark) === true);
}

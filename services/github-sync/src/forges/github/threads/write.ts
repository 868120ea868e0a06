import type { ThreadLines, ThreadLink, ThreadStatus } from '@claude-codex/contracts/thread/events';
import type { Opening, Saying } from '@claude-codex/forges/forge-threads';
import { asking, GithubRefused } from '../../../api/faults.ts';
import { askingGraphql } from '../../../api/graphql.ts';
import { threadMark } from '../../../api/our-mark.ts';
import type { Place } from '../place.ts';
import { quiet } from '../quiet.ts';

const UNPROCESSABLE = 422;

/** A thread of ours at its lines; at its file, where the diff there does not have them. */
export async function beginThread(
  place: Place,
  { number, headSha }: { readonly number: number; readonly headSha: string },
  { id, text, path, lines, atFile }: Opening,
): Promise<ThreadLink> {
  const { octokit, owner, repo } = place;
  const about = { owner, repo, pull_number: number, commit_id: headSha, path };
  const create = async (words: string, where: object) => {
    const body = marked('thread', id, words);
    const { data } = await asking(octokit.rest.pulls.createReviewComment({ ...about, body, ...where }), Date.now());
    return linkOf(place, data);
  };
  if (lines !== null) {
    try {
      return await create(text, rangeAt(lines));
    } catch (error) {
      if (!(error instanceof GithubRefused) || error.status !== UNPROCESSABLE) throw error;
    }
  }
  return create(atFile, { subject_type: 'file' });
}

export async function replyInThread(
  place: Place,
  { number, commentId }: { readonly number: number; readonly commentId: string },
  { id, text }: Saying,
): Promise<ThreadLink> {
  const { octokit, owner, repo } = place;
  const body = marked('reply', id, text);
  const wanted = { owner, repo, pull_number: number, comment_id: Number(commentId), body };
  const { data } = await asking(octokit.rest.pulls.createReplyForReviewComment(wanted), Date.now());
  return linkOf(place, data);
}

/** Needs two permissions of a token, pull requests and contents, both to write. REST has nothing for it. */
export async function settleThread({ octokit }: Place, threadId: string, status: ThreadStatus): Promise<void> {
  const name = status === 'resolved' ? 'resolveReviewThread' : 'unresolveReviewThread';
  const mutation = `mutation ($threadId: ID!) { ${name}(input: { threadId: $threadId }) { thread { id } } }`;
  await askingGraphql(octokit, mutation, { threadId }, Date.now());
}

function marked(kind: 'thread' | 'reply', id: string, text: string): string {
  return `${threadMark({ kind, id })}\n${quiet(text)}`;
}

function rangeAt({ side, startLine, endLine }: ThreadLines) {
  const at = side === 'old' ? ('LEFT' as const) : ('RIGHT' as const);
  const end = { line: endLine, side: at };
  return startLine === endLine ? end : { start_line: startLine, start_side: at, ...end };
}

function linkOf({ login }: Place, { id, html_url: url }: { id: number | bigint; html_url: string }): ThreadLink {
  return { provider: 'github', commentId: String(id), url, from: 'here', login, mayWrite: true };
}

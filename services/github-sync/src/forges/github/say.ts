import { createTurns } from '@claude-codex/forges/one-after-the-other';
import { asking, GithubRefused } from '../../api/faults.ts';
import { OUR_MARK } from '../../api/our-mark.ts';
import type { Place } from './place.ts';
import { quiet } from './quiet.ts';

const PAGE = 100;
/** More than anybody wrote below one of them: an end for an answer that has none. */
const PAGES = 50;
/** So many have what was said there last remembered, so that it is not looked up to find it unchanged. */
const KEPT = 1_000;

/** Has one comment of ours below a pull request or an issue say this. */
export type Say = (place: Place, said: { readonly number: number; readonly text: string }) => Promise<void>;

/**
 * The comment is found by its mark and its author, whoever wrote it before us and was killed then; it is changed where
 * it stands. What GitHub refuses is not asked for again before there is something else to say.
 */
export function createSay(most = KEPT): Say {
  const last = new Map<string, string>();
  const inTurn = createTurns();

  return (place, { number, text }) => {
    const key = `${place.owner}/${place.repo}#${number}`;
    const body = `${OUR_MARK}\n${quiet(text)}`;
    return inTurn(key, async () => {
      if (last.get(key) === body) return;
      try {
        await write(place, number, body);
      } catch (error) {
        if (error instanceof GithubRefused) remember(key, body);
        throw error;
      }
      remember(key, body);
    });
  };

  function remember(key: string, body: string): void {
    last.delete(key);
    last.set(key, body);
    const [oldest] = last.keys();
    if (last.size > most && oldest !== undefined) last.delete(oldest);
  }
}

async function write(place: Place, number: number, body: string): Promise<void> {
  const { octokit, owner, repo } = place;
  const { issues } = octokit.rest;
  const ours = await findOurs(place, number);
  if (ours?.body === body) return;
  if (ours === null) await asking(issues.createComment({ owner, repo, issue_number: number, body }), Date.now());
  else await asking(issues.updateComment({ owner, repo, comment_id: ours.id, body }), Date.now());
}

/** The oldest of ours. */
async function findOurs({ octokit, owner, repo, login }: Place, number: number) {
  for (let page = 1; page <= PAGES; page += 1) {
    const wanted = { owner, repo, issue_number: number, per_page: PAGE, page };
    const { data } = await asking(octokit.rest.issues.listComments(wanted), Date.now());
    const ours = data.find(({ user, body }) => user?.login === login && body?.startsWith(OUR_MARK) === true);
    if (ours !== undefined) return { id: Number(ours.id), body: ours.body };
    if (data.length < PAGE) return null;
  }
  throw new Error(`number ${number} of ${owner}/${repo} has more comments than are looked through`);
}

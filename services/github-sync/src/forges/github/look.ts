import { cleanText } from '@claude-codex/contracts/text';
import type { Change } from '@claude-codex/forges/forge';
import type { Standing } from '@claude-codex/forges/remote-forge';
import type { Conditional } from '../../api/conditional.ts';
import { asking } from '../../api/faults.ts';
import { rulesOf } from '../../api/rules-of.ts';
import { checksOf } from './checks.ts';
import { judge } from './judge.ts';
import type { Place } from './place.ts';
import { quiet } from './quiet.ts';
import { remarksOf } from './remarks.ts';
import type { Reports } from './reports.ts';

type Numbered = Change & { readonly number: number };

/** A pull request as it is on GitHub. What has not changed since it was asked last costs nothing of the hour's budget. */
export async function look(
  place: Place,
  asked: { readonly ask: Conditional; readonly reports: Reports },
  { change, known: saidBefore }: { readonly change: Numbered; readonly known: ReadonlySet<string> },
): Promise<Standing> {
  const { octokit, owner, repo } = place;
  const { ask } = asked;
  const { number } = change;
  const pull = await ask(
    (headers) => asking(octokit.rest.pulls.get({ owner, repo, pull_number: number, headers }), Date.now()),
    `${owner}/${repo}/pulls/${number}`,
  );
  const text = { title: titleOf(change, pull.title), draft: pull.draft === true, baseBranch: pull.base.ref };
  const nothing = { text, rules: null, judged: null, checks: null, reviews: [], comments: [], isDiscussed: false };
  if (pull.merged) return { state: 'merged', mergeSha: pull.merge_commit_sha ?? pull.base.sha, ...nothing };
  if (pull.state === 'closed') return { state: 'closed', ...nothing };
  const [repository, checks, { opinions, ...remarks }] = await Promise.all([
    ask((headers) => asking(octokit.rest.repos.get({ owner, repo, headers }), Date.now()), `${owner}/${repo}`),
    checksOf(place, asked, pull.head.sha),
    remarksOf(place, ask, { number, headSha: pull.head.sha, known: saidBefore }),
  ]);
  const known = { checks: async () => checks, opinions: async () => opinions };
  const judged = await judge(place, ask, pull, known);
  return {
    ...{ state: 'open', text, rules: rulesOf(repository), checks, ...remarks },
    judged: judged === null ? null : { headSha: pull.head.sha, ...judged },
  };
}

/** As it is known here, as long as nobody changed it: what we sent may have been made quiet on the way. */
function titleOf({ title }: Numbered, there: string): string {
  return [title, quiet(title)].some((ours) => ours.trim() === there.trim()) ? title : cleanText(there);
}

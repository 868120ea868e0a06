import type { EventData } from '@claude-codex/contracts/events';
import type { ForgeCheck, ForgeVerdict } from '@claude-codex/contracts/pull-request/events';
import type { Standing } from '@claude-codex/forges/remote-forge';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { Conditional } from './conditional.ts';
import type { Place } from './place.ts';

/** Nobody reads more of them in a list. */
const MAX_CHECKS = 100;
/** Of a check run that ended; everything else is a failure. */
const FINE = new Set<string | null>(['success', 'neutral', 'skipped']);

/** A pull request as it is on GitHub. What has not changed since it was asked last costs nothing of the hour's budget. */
export async function look(
  { octokit, owner, repo }: Place,
  ask: Conditional,
  number: number,
): Promise<Standing | null> {
  const at = { owner, repo };
  try {
    const pull = await ask(
      (headers) => asking(octokit.rest.pulls.get({ ...at, pull_number: number, headers }), Date.now()),
      `${owner}/${repo}/pulls/${number}`,
    );
    const ref = pull.head.sha;
    const checks = await checksOf({ octokit, owner, repo }, ask, ref);
    if (pull.merged) return { state: 'merged', mergeSha: pull.merge_commit_sha ?? pull.base.sha, checks };
    return { state: pull.state, checks };
  } catch (error) {
    if (error instanceof GithubRefused && error.status === 404) return null;
    throw error;
  }
}

/** Check runs, and the older statuses beside them, by the newest of each name. */
async function checksOf(
  { octokit, owner, repo }: Pick<Place, 'octokit' | 'owner' | 'repo'>,
  ask: Conditional,
  ref: string,
): Promise<EventData<'PullRequestChecked'>> {
  const at = { owner, repo, ref, per_page: MAX_CHECKS };
  const key = `${owner}/${repo}/${ref}`;
  const [runs, statuses] = await Promise.all([
    ask((headers) => asking(octokit.rest.checks.listForRef({ ...at, headers }), Date.now()), `${key}/check-runs`),
    ask(
      (headers) => asking(octokit.rest.repos.getCombinedStatusForRef({ ...at, headers }), Date.now()),
      `${key}/status`,
    ),
  ]);
  const checks: ForgeCheck[] = [
    ...runs.check_runs.map(
      (run) =>
        ({
          name: run.name,
          verdict: run.status === 'completed' ? (FINE.has(run.conclusion) ? 'passed' : 'failed') : 'pending',
          url: run.html_url,
        }) satisfies ForgeCheck,
    ),
    ...statuses.statuses.map(
      ({ context, state, target_url: url }) =>
        ({
          name: context,
          verdict: state === 'success' ? 'passed' : state === 'pending' ? 'pending' : 'failed',
          url,
        }) satisfies ForgeCheck,
    ),
  ];
  const sortedChecks = checks.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const inOrder = sortedChecks.slice(0, MAX_CHECKS);
  return { headSha: ref, verdict: verdictOf(inOrder), checks: inOrder };
}

function verdictOf(checks: readonly ForgeCheck[]): ForgeVerdict {
  if (checks.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return checks.some(({ verdict }) => verdict === 'pending') ? 'pending' : 'passed';
}

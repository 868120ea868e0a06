import type { EventData } from '@claude-codex/contracts/events';
import type { ForgeCheck, ForgeVerdict } from '@claude-codex/contracts/pull-request/events';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { Conditional } from './conditional.ts';
import type { Place } from './place.ts';

/** Nobody reads more of them in a list; it is also what one request gives. */
const MAX_CHECKS = 100;
/** Of something that ended; everything else is a failure. */
const FINE = new Set<string | null>(['success', 'neutral', 'skipped']);

interface Found {
  readonly checks: readonly ForgeCheck[];
  /** There are more than were read. */
  readonly more: boolean;
}

/**
 * What runs for a commit: check runs, or workflow runs where the token may not see those (GitHub gives fine-grained
 * tokens no permission for check runs), and the older statuses beside them. Null when none of it is for us to see.
 */
export async function checksOf(
  { octokit, owner, repo }: Place,
  ask: Conditional,
  ref: string,
): Promise<EventData<'PullRequestChecked'> | null> {
  const at = { owner, repo, per_page: MAX_CHECKS };
  const key = `${owner}/${repo}/${ref}`;
  const runs = () =>
    ask((headers) => asking(octokit.rest.checks.listForRef({ ...at, ref, headers }), Date.now()), `${key}/check-runs`);
  const workflows = () =>
    ask(
      (headers) => asking(octokit.rest.actions.listWorkflowRunsForRepo({ ...at, head_sha: ref, headers }), Date.now()),
      `${key}/workflow-runs`,
    );
  const statuses = () =>
    ask(
      (headers) => asking(octokit.rest.repos.getCombinedStatusForRef({ ...at, ref, headers }), Date.now()),
      `${key}/status`,
    );
  const [running, older] = await Promise.all([
    seen(runs, (found) => of(found.check_runs, found.total_count)).then(
      (found) => found ?? seen(workflows, ({ workflow_runs: ran, total_count: total }) => of(ran, total)),
    ),
    seen(statuses, (found) => ofStatuses(found.statuses)),
  ]);
  if (running === null && older === null) return null;
  const all = [...(running?.checks ?? []), ...(older?.checks ?? [])];
  const verdict = verdictOf(all, running?.more === true);
  const sortedChecks = all.toSorted((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
  return { headSha: ref, verdict, checks: sortedChecks.slice(0, MAX_CHECKS) };
}

/** Null for what GitHub does not show to this token. */
async function seen<Answer>(ask: () => Promise<Answer>, read: (answer: Answer) => Found): Promise<Found | null> {
  try {
    return read(await ask());
  } catch (error) {
    if (error instanceof GithubRefused) return null;
    throw error;
  }
}

interface Run {
  readonly name?: string | null;
  readonly status: string | null;
  readonly conclusion: string | null;
  readonly html_url: string | null;
}

function of(runs: readonly Run[], total: number): Found {
  const checks = runs.map(({ name, status, conclusion, html_url: url }) => {
    const verdict: ForgeVerdict = status !== 'completed' ? 'pending' : FINE.has(conclusion) ? 'passed' : 'failed';
    return { name: name ?? 'workflow', verdict, url };
  });
  return { checks, more: total > runs.length };
}

function ofStatuses(statuses: readonly { context: string; state: string; target_url: string | null }[]): Found {
  const checks = statuses.map(({ context, state, target_url: url }) => {
    const verdict: ForgeVerdict = state === 'success' ? 'passed' : state === 'pending' ? 'pending' : 'failed';
    return { name: context, verdict, url };
  });
  return { checks, more: false };
}

function verdictOf(checks: readonly ForgeCheck[], more: boolean): ForgeVerdict {
  if (checks.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return more || checks.some(({ verdict }) => verdict === 'pending') ? 'pending' : 'passed';
}

/** Those that failed are in the list whatever its length. */
function weight({ verdict }: ForgeCheck): number {
  return verdict === 'failed' ? 0 : verdict === 'pending' ? 1 : 2;
}

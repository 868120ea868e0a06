import type { EventData } from '@claude-codex/contracts/events';
import type { ForgeCheck, ForgeVerdict } from '@claude-codex/contracts/pull-request/events';
import type { Conditional } from '../../api/conditional.ts';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { Place } from './place.ts';
import type { ReportSource, Reports } from './reports.ts';

/** Nobody reads more of them in a list. */
const MAX_CHECKS = 100;
const PAGE = 100;
/** What runs for one commit beyond these counts as running: GitHub itself holds a thousand runs of a suite. */
const MAX_PAGES = 10;
/** Of something that ended; everything else is a failure. */
const FINE = new Set<string | null>(['success', 'neutral', 'skipped']);

/** As many say why they failed: more is no help to whoever puts it right. */
const MAX_REPORTS = 5;

interface Seen extends Omit<ForgeCheck, 'report'> {
  readonly source: ReportSource;
}

interface Found {
  readonly checks: readonly Seen[];
  /** There are more than were read. */
  readonly more: boolean;
}
interface Page {
  readonly checks: readonly Seen[];
  readonly total: number;
}

/**
 * What runs for a commit: check runs, or workflow runs where the token may not see those (GitHub gives fine-grained
 * tokens no permission for check runs), and the older statuses beside them. Null when none of it is for us to see.
 */
export async function checksOf(
  place: Place,
  { ask, reports }: { readonly ask: Conditional; readonly reports: Reports },
  ref: string,
): Promise<EventData<'PullRequestChecked'> | null> {
  const { octokit, owner, repo } = place;
  const at = { owner, repo, per_page: PAGE };
  const named = (what: string, page: number) => `${owner}/${repo}/${ref}/${what}/${page}`;
  const runs = (page: number) =>
    ask(
      (headers) => asking(octokit.rest.checks.listForRef({ ...at, page, ref, headers }), Date.now()),
      named('check-runs', page),
    );
  const workflows = (page: number) =>
    ask(
      (headers) =>
        asking(octokit.rest.actions.listWorkflowRunsForRepo({ ...at, page, head_sha: ref, headers }), Date.now()),
      named('workflow-runs', page),
    );
  const statuses = (page: number) =>
    ask(
      (headers) => asking(octokit.rest.repos.getCombinedStatusForRef({ ...at, page, ref, headers }), Date.now()),
      named('status', page),
    );
  const [running, older] = await Promise.all([
    seen(runs, (found) => of(found.check_runs.map(ofApp), found.total_count)).then(
      (found) =>
        found ?? seen(workflows, ({ workflow_runs: ran, total_count: total }) => of(ran.map(ofActions), total)),
    ),
    seen(statuses, (found) => ofStatuses(found.statuses, found.total_count)),
  ]);
  if (running === null && older === null) return null;
  const all = [...(running?.checks ?? []), ...(older?.checks ?? [])];
  const verdict = verdictOf(all, running?.more === true || older?.more === true);
  const sortedChecks = all.toSorted((a, b) => weight(a) - weight(b) || (a.name < b.name ? -1 : 1));
  const checks = sortedChecks.slice(0, MAX_CHECKS).map(async ({ source, ...check }, index) => {
    const isAsked = check.verdict === 'failed' && index < MAX_REPORTS;
    return { ...check, report: isAsked ? await reports(place, ask, source) : null };
  });
  return { headSha: ref, verdict, checks: await Promise.all(checks) };
}

/** Every page of it. Null for what GitHub does not show to this token. */
async function seen<Answer>(
  ask: (page: number) => Promise<Answer>,
  read: (answer: Answer) => Page,
): Promise<Found | null> {
  try {
    const checks: Seen[] = [];
    for (let page = 1; page <= MAX_PAGES; page += 1) {
      const found = read(await ask(page));
      checks.push(...found.checks);
      if (found.checks.length === 0 || checks.length >= found.total) return { checks, more: false };
    }
    return { checks, more: true };
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
type Sourced = Run & { readonly source: ReportSource };

type CheckRun = Run & {
  readonly id: number | bigint;
  readonly app?: { readonly slug?: string } | null;
  readonly output: { readonly title: string | null; readonly summary: string | null; readonly text: string | null };
};

function ofApp(run: CheckRun): Sourced {
  const { id, app, output } = run;
  const says = [output.title, output.summary, output.text].filter((part) => part !== null && part !== '').join('\n');
  return { ...run, source: { kind: 'check-run', id: Number(id), isJob: app?.slug === 'github-actions', says } };
}

function ofActions(run: Run & { readonly id: number | bigint; readonly run_attempt?: number }): Sourced {
  return { ...run, source: { kind: 'workflow-run', id: Number(run.id), attempt: run.run_attempt ?? 1 } };
}

function of(runs: readonly Sourced[], total: number): Page {
  const checks = runs.map(({ name, status, conclusion, html_url: url, source }) => {
    const verdict: ForgeVerdict = status !== 'completed' ? 'pending' : FINE.has(conclusion) ? 'passed' : 'failed';
    return { name: name ?? 'workflow', verdict, url, source };
  });
  return { checks, total };
}

interface Status {
  readonly id: number;
  readonly context: string;
  readonly state: string;
  readonly description: string | null;
  readonly target_url: string | null;
}

function ofStatuses(statuses: readonly Status[], total: number): Page {
  const checks = statuses.map(({ id, context, state, description, target_url: url }) => {
    const verdict: ForgeVerdict = state === 'success' ? 'passed' : state === 'pending' ? 'pending' : 'failed';
    return { name: context, verdict, url, source: { kind: 'status' as const, id, says: description ?? '' } };
  });
  return { checks, total };
}

function verdictOf(checks: readonly Seen[], more: boolean): ForgeVerdict {
  if (checks.some(({ verdict }) => verdict === 'failed')) return 'failed';
  return more || checks.some(({ verdict }) => verdict === 'pending') ? 'pending' : 'passed';
}

/** Those that failed are in the list whatever its length. */
function weight({ verdict }: Seen): number {
  return verdict === 'failed' ? 0 : verdict === 'pending' ? 1 : 2;
}

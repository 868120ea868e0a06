import type { ForgeReport } from '@claude-codex/contracts/pull-request/events';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import type { Conditional } from '../../api/conditional.ts';
import { asking, GithubRefused } from '../../api/faults.ts';
import { jobLog } from './job-log.ts';
import { cutReport, logExcerpt } from './log-excerpt.ts';
import type { Place } from './place.ts';

/** Where what a check says of its failure is found. */
export type ReportSource =
  /** Of an app, GitHub's own runner among them: its check runs bear the ids of its jobs. */
  | { readonly kind: 'check-run'; readonly id: number; readonly isJob: boolean; readonly says: string }
  /** Run again it keeps its id. */
  | { readonly kind: 'workflow-run'; readonly id: number; readonly attempt: number }
  | { readonly kind: 'status'; readonly id: number; readonly says: string };

export type Reports = (place: Place, ask: Conditional, source: ReportSource) => Promise<ForgeReport>;

/** So many are kept; what a check that ended says does not change. */
const KEPT = 500;
/** As many jobs of a workflow as a person would look at. */
const JOBS = 3;

/**
 * Why checks failed: each is asked for once. What cannot be had says so, and holds nothing up: an outage is asked about
 * again with the next look, a no is not.
 */
export function createReports(): Reports {
  const known = new Map<string, ForgeReport>();
  return async (place, ask, source) => {
    const attempt = source.kind === 'workflow-run' ? source.attempt : 1;
    const key = `${place.owner}/${place.repo}/${source.kind}/${source.id}/${attempt}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    try {
      const report = await reportOf(place, ask, source);
      known.set(key, report);
      const [oldest] = known.keys();
      if (known.size > KEPT && oldest !== undefined) known.delete(oldest);
      return report;
    } catch (error) {
      if (!(error instanceof ForgeAway)) throw error;
      return nowhere(`It could not be asked for. ${error.message}`);
    }
  };
}

async function reportOf(place: Place, ask: Conditional, source: ReportSource): Promise<ForgeReport> {
  switch (source.kind) {
    case 'status':
      return said('description', source.says) ?? nowhere('It says nothing but that it failed.');
    case 'workflow-run':
      return ofWorkflow(place, ask, source.id);
    case 'check-run': {
      const logged = source.isJob ? await logOf(place, source.id) : null;
      if (logged?.from === 'log') return logged;
      const remarks = await annotationsOf(place, ask, source.id);
      const words = [source.says, remarks].filter((part) => part !== '').join('\n');
      const from = remarks === '' ? 'summary' : 'annotations';
      return said(from, words) ?? logged ?? nowhere('It says nothing but that it failed.');
    }
  }
}

async function ofWorkflow(place: Place, ask: Conditional, id: number): Promise<ForgeReport> {
  const { octokit, owner, repo } = place;
  const wanted = { owner, repo, run_id: id, per_page: 100 };
  const jobs = await unlessRefused(() =>
    ask(
      (headers) => asking(octokit.rest.actions.listJobsForWorkflowRun({ ...wanted, headers }), Date.now()),
      `${owner}/${repo}/runs/${id}/jobs`,
    ),
  );
  if ('from' in jobs) return jobs;
  const failedJobs = jobs.jobs.filter(({ conclusion }) => conclusion === 'failure' || conclusion === 'timed_out');
  const logs = await Promise.all(
    failedJobs.slice(0, JOBS).map(async (job) => ({ name: job.name, report: await logOf(place, Number(job.id)) })),
  );
  const had = logs.filter(({ report }) => report.from === 'log');
  if (had.length === 0) return logs[0]?.report ?? nowhere('None of its jobs says that it failed.');
  return (
    said('log', had.map(({ name, report }) => `${name}\n${report.text}`).join('\n\n')) ?? nowhere('Its log is empty.')
  );
}

async function logOf(place: Place, jobId: number): Promise<ForgeReport> {
  const log = await unlessRefused(() => jobLog(place, jobId));
  return typeof log === 'string' ? (said('log', logExcerpt(log)) ?? nowhere('Its log is empty.')) : log;
}

async function annotationsOf({ octokit, owner, repo }: Place, ask: Conditional, id: number): Promise<string> {
  const wanted = { owner, repo, check_run_id: id, per_page: 50 };
  const found = await unlessRefused(() =>
    ask(
      (headers) => asking(octokit.rest.checks.listAnnotations({ ...wanted, headers }), Date.now()),
      `${owner}/${repo}/check-runs/${id}/annotations`,
    ),
  );
  if ('from' in found) return '';
  return found.map(({ path, start_line: line, message }) => `${path}:${line}: ${message ?? ''}`.trim()).join('\n');
}

async function unlessRefused<Answer>(get: () => Promise<Answer>): Promise<Answer | ForgeReport> {
  try {
    return await get();
  } catch (error) {
    if (error instanceof GithubRefused) return nowhere(`GitHub does not show it: ${error.message}.`);
    throw error;
  }
}

/** Null for no words at all. */
function said(from: Exclude<ForgeReport['from'], 'nowhere'>, text: string): ForgeReport | null {
  const cut = cutReport(text);
  return cut === '' ? null : { from, text: cut };
}

function nowhere(text: string): ForgeReport {
  return { from: 'nowhere', text: cutReport(text) };
}

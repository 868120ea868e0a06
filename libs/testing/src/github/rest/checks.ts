import { branchSha, commitOf } from '../git/bare-repository.ts';
import { ok, page } from '../http/answers.ts';
import { type RepositoryCall, type Route, repositoryRoute } from '../http/routes.ts';
import { notFound, Refusal } from '../refusal.ts';
import { annotationShape, checkShape, statusShape } from '../shapes/check.ts';
import { repositoryUrl } from '../shapes/common.ts';
import { repositoryShape } from '../shapes/repository.ts';
import { jobShape, workflowRunShape } from '../shapes/workflow.ts';
import type { CheckRun } from '../state.ts';

export const CHECK_ROUTES: readonly Route[] = [
  repositoryRoute('checks/list-for-ref', 'GET', '/commits/{ref}/check-runs', { permission: 'checks' }, async (call) => {
    const { world, repository, url } = call;
    const sha = await shaOf(call);
    const [name, status] = [url.searchParams.get('check_name'), url.searchParams.get('status')];
    const isLatest = url.searchParams.get('filter') !== 'all';
    const found = repository.checks.filter(
      (run) =>
        run.headSha === sha &&
        (name === null || run.name === name) &&
        (status === null || run.status === status) &&
        (!isLatest || run === repository.checks.findLast((one) => one.headSha === sha && one.name === run.name)),
    );
    const show = (run: CheckRun) => checkShape(world, repository, run);
    return page(call, found.reverse(), show, (check_runs, total_count) => ({ total_count, check_runs }));
  }),

  repositoryRoute('checks/get', 'GET', '/check-runs/{check_run_id}', { permission: 'checks' }, (call) =>
    ok(checkShape(call.world, call.repository, runOf(call, call.params.check_run_id))),
  ),

  repositoryRoute(
    'checks/list-annotations',
    'GET',
    '/check-runs/{check_run_id}/annotations',
    { permission: 'checks' },
    (call) => {
      const run = runOf(call, call.params.check_run_id);
      return page(call, run.annotations, (one) => annotationShape(call.world, call.repository, run.headSha, one));
    },
  ),

  repositoryRoute(
    'repos/get-combined-status-for-ref',
    'GET',
    '/commits/{ref}/status',
    { permission: 'statuses' },
    async (call) => {
      const { world, repository } = call;
      const sha = await shaOf(call);
      const latest = new Map(repository.statuses.filter((one) => one.sha === sha).map((one) => [one.context, one]));
      const states = [...latest.values()].map(({ state }) => state);
      const failed = states.includes('failure') || states.includes('error');
      const state = failed ? 'failure' : states.length === 0 || states.includes('pending') ? 'pending' : 'success';
      const root = repositoryUrl(world.at, repository);
      const [commit_url, url] = [`${root}/commits/${sha}`, `${root}/commits/${sha}/status`];
      const { license: _, ...shape } = repositoryShape(world.at, repository);
      return page(
        call,
        [...latest.values()],
        (status) => statusShape(world.at, repository, status),
        (statuses, total_count) => ({ state, statuses, sha, total_count, repository: shape, commit_url, url }),
      );
    },
  ),

  repositoryRoute('actions/list-workflow-runs-for-repo', 'GET', '/actions/runs', { permission: 'actions' }, (call) => {
    const { world, repository, url } = call;
    const sha = url.searchParams.get('head_sha');
    const found = repository.checks.filter(({ headSha }) => sha === null || headSha === sha);
    const show = (run: CheckRun) => workflowRunShape(world, repository, run);
    return page(call, found.toReversed(), show, (workflow_runs, total_count) => ({ total_count, workflow_runs }));
  }),

  repositoryRoute(
    'actions/list-jobs-for-workflow-run',
    'GET',
    '/actions/runs/{run_id}/jobs',
    { permission: 'actions' },
    (call) => {
      const jobs = [runOf(call, call.params.run_id)];
      const show = (run: CheckRun) => jobShape(call.world, call.repository, run);
      return page(call, jobs, show, (shown, total_count) => ({ total_count, jobs: shown }));
    },
  ),

  repositoryRoute(
    'actions/download-job-logs-for-workflow-run',
    'GET',
    '/actions/jobs/{job_id}/logs',
    { permission: 'actions' },
    (call) => {
      // GitHub hands out an address that holds for a minute and asks for no token.
      const location = `${new URL(call.world.at.api).origin}/job-logs/${runOf(call, call.params.job_id).id}`;
      return { status: 302, headers: { location } };
    },
  ),
];

async function shaOf({ repository, params }: RepositoryCall): Promise<string> {
  const ref = params.ref ?? '';
  const sha = (await branchSha(repository.directory, ref)) ?? (await commitOf(repository.directory, ref));
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${ref}`);
  return sha;
}

function runOf({ repository }: RepositoryCall, id: string | undefined): CheckRun {
  const run = repository.checks.find((one) => String(one.id) === id);
  if (run === undefined) throw notFound();
  return run;
}

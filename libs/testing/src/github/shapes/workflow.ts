import type { CheckRun, Repository } from '../state.ts';
import type { World } from '../world.ts';
import { minimalPull, pullsAt, suiteId } from './check.ts';
import { nodeId, repositoryPage, repositoryUrl, type Schemas, time, timeOrNull } from './common.ts';
import { repositoryShape } from './repository.ts';

/** The run of a workflow that a check run is the only job of. It has the same id here, and another one on GitHub. */
export function workflowRunShape(world: World, repository: Repository, run: CheckRun): Schemas['workflow-run'] {
  const { at } = world;
  const { id, name, headSha, startedAt, completedAt } = run;
  const [root, page] = [repositoryUrl(at, repository), repositoryPage(at, repository)];
  const url = `${root}/actions/runs/${id}`;
  const pulls = pullsAt(repository, headSha);
  const { license: _, ...inside } = repositoryShape(at, repository);
  return {
    id,
    name,
    node_id: nodeId('WorkflowRun', id),
    head_branch: pulls[0]?.pull.head ?? null,
    head_sha: headSha,
    path: `.github/workflows/${name}.yml`,
    run_number: 1,
    run_attempt: 1,
    event: 'pull_request',
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: 1,
    url,
    html_url: `${page}/actions/runs/${id}`,
    pull_requests: pulls.map((pull) => minimalPull(at, repository, pull)),
    created_at: time(startedAt),
    updated_at: time(completedAt ?? startedAt),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${root}/check-suites/${suiteId(repository, headSha)}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    workflow_url: `${root}/actions/workflows/1`,
    head_commit: null,
    repository: inside,
    head_repository: inside,
    display_title: name,
  };
}

export function jobShape(world: World, repository: Repository, run: CheckRun): Schemas['job'] {
  const { id, name, headSha, status, startedAt } = run;
  const root = repositoryUrl(world.at, repository);
  return {
    id,
    run_id: id,
    run_url: `${root}/actions/runs/${id}`,
    node_id: nodeId('Job', id),
    head_sha: headSha,
    url: `${root}/actions/jobs/${id}`,
    html_url: `${repositoryPage(world.at, repository)}/actions/runs/${id}/job/${id}`,
    status,
    conclusion: run.conclusion as Schemas['job']['conclusion'],
    created_at: time(startedAt),
    started_at: time(startedAt),
    completed_at: timeOrNull(run.completedAt),
    name,
    check_run_url: `${root}/check-runs/${id}`,
    labels: ['ubuntu-latest'],
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
    workflow_name: name,
    head_branch: null,
  };
}

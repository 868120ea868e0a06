import type { Annotation, CheckRun, CommitStatus, PullRequest, Repository } from '../state.ts';
import { pullsOf } from '../state.ts';
import { type Addresses, accountOf, type World } from '../world.ts';
import { nodeId, repositoryPage, repositoryUrl, type Schemas, simpleUser, time, timeOrNull } from './common.ts';
import { pullUrl } from './pull.ts';

const SINCE = '2026-01-01T00:00:00Z';
/** Where GitHub keeps its own runner of checks. */
const ACTIONS_ID = 15368;

/** The app that check runs belong to. */
export function actionsApp(world: World): NonNullable<Schemas['integration']> {
  const { at } = world;
  return {
    id: ACTIONS_ID,
    slug: 'github-actions',
    node_id: nodeId('App', ACTIONS_ID),
    client_id: `Iv1.${ACTIONS_ID}`,
    owner: simpleUser(at, accountOf(world, 'github', 'Organization')),
    name: 'GitHub Actions',
    description: 'Automate your workflow from idea to production',
    external_url: `${at.web}/features/actions`,
    html_url: `${at.web}/apps/github-actions`,
    created_at: SINCE,
    updated_at: SINCE,
    permissions: { checks: 'write', contents: 'read', metadata: 'read' },
    events: [],
  };
}

/** All check runs of a commit are of one suite. */
export function suiteId({ checks }: Repository, sha: string): number {
  return (checks.find(({ headSha }) => headSha === sha)?.id ?? 0) * 10 + 1;
}

export function checkShape(world: World, repository: Repository, run: CheckRun) {
  const { at } = world;
  const { id, headSha } = run;
  const [root, page] = [repositoryUrl(at, repository), repositoryPage(at, repository)];
  const html = `${page}/actions/runs/${suiteId(repository, headSha)}/job/${id}`;
  return {
    id,
    head_sha: headSha,
    node_id: nodeId('CheckRun', id),
    external_id: `job-${id}`,
    url: `${root}/check-runs/${id}`,
    html_url: html,
    details_url: html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: time(run.startedAt),
    completed_at: timeOrNull(run.completedAt),
    output: {
      title: run.title,
      summary: run.summary,
      text: null,
      annotations_count: run.annotations.length,
      annotations_url: `${root}/check-runs/${id}/annotations`,
    },
    name: run.name,
    check_suite: { id: suiteId(repository, headSha) },
    app: actionsApp(world),
    pull_requests: pullsAt(repository, headSha).map((pull) => minimalPull(at, repository, pull)),
  } satisfies Schemas['check-run'];
}

/** Open pull requests whose head a commit is. */
export function pullsAt(repository: Repository, sha: string): PullRequest[] {
  return pullsOf(repository).filter(({ state, pull }) => state.name === 'open' && pull.headSha === sha);
}

export function minimalPull(
  at: Addresses,
  repository: Repository,
  issue: PullRequest,
): Schemas['pull-request-minimal'] {
  const { pull, number } = issue;
  const repo = { id: repository.id, url: repositoryUrl(at, repository), name: repository.name };
  return {
    id: pull.id,
    number,
    url: pullUrl(at, repository, issue),
    head: { ref: pull.head, sha: pull.headSha, repo },
    base: { ref: pull.base, sha: pull.baseSha, repo },
  };
}

export function annotationShape(
  { at }: World,
  repository: Repository,
  sha: string,
  annotation: Annotation,
): Schemas['check-annotation'] {
  const { path, startLine, endLine, level, message, title = null } = annotation;
  return {
    path,
    start_line: startLine,
    end_line: endLine,
    start_column: null,
    end_column: null,
    annotation_level: level,
    title,
    message,
    raw_details: null,
    blob_href: `${repositoryPage(at, repository)}/blob/${sha}/${path}`,
  };
}

export function statusShape(at: Addresses, repository: Repository, status: CommitStatus) {
  const { id, sha, context, state, description } = status;
  return {
    id,
    node_id: nodeId('StatusContext', id),
    url: `${repositoryUrl(at, repository)}/statuses/${sha}`,
    context,
    state,
    description,
    target_url: null,
    avatar_url: null,
    created_at: time(status.createdAt),
    updated_at: time(status.createdAt),
  } satisfies Schemas['simple-commit-status'];
}

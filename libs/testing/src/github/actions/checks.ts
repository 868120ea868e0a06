import { refsOf } from '../git/bare-repository.ts';
import { type Commit, commitsOf } from '../git/history.ts';
import { actionsApp, checkShape, minimalPull, pullsAt, statusShape, suiteId } from '../shapes/check.ts';
import { commitShape } from '../shapes/commit.ts';
import { nodeId, repositoryUrl, time } from '../shapes/common.ts';
import type { Annotation, CheckConclusion, CheckRun, CheckStatus, CommitStatus, Repository } from '../state.ts';
import { accountOf, type World } from '../world.ts';

export interface CheckContent {
  readonly name: string;
  readonly status?: CheckStatus | undefined;
  /** One makes it completed. */
  readonly conclusion?: CheckConclusion | undefined;
  readonly title?: string | undefined;
  readonly summary?: string | undefined;
  readonly annotations?: readonly Annotation[] | undefined;
  /** What the job printed. */
  readonly log?: string | undefined;
}

/** A check run begins or goes on; one that had ended begins anew. */
export async function setCheck(
  world: World,
  repository: Repository,
  sha: string,
  content: CheckContent,
): Promise<CheckRun> {
  const running = repository.checks.findLast((one) => one.headSha === sha && one.name === content.name);
  const isNew = running === undefined || running.status === 'completed';
  const run = isNew ? newRun(world, content.name, sha) : running;
  if (isNew) repository.checks.push(run);
  const { conclusion } = content;
  run.status = conclusion === undefined ? (content.status ?? run.status) : 'completed';
  run.conclusion = conclusion ?? null;
  run.completedAt = conclusion === undefined ? null : new Date();
  run.title = content.title ?? run.title;
  run.summary = content.summary ?? run.summary;
  run.annotations = content.annotations ?? run.annotations;
  run.log = content.log ?? run.log;
  if (isNew) await tellRun(world, repository, run, 'created');
  if (run.status !== 'completed') return run;
  await tellRun(world, repository, run, 'completed');
  const ofCommit = repository.checks.filter(({ headSha }) => headSha === sha);
  if (ofCommit.every(({ status }) => status === 'completed')) await tellSuite(world, repository, sha, ofCommit);
  return run;
}

function newRun(world: World, name: string, headSha: string): CheckRun {
  return {
    id: world.nextId(),
    name,
    headSha,
    status: 'queued',
    conclusion: null,
    startedAt: new Date(),
    completedAt: null,
    title: null,
    summary: null,
    annotations: [],
    log: '',
  };
}

async function tellRun(world: World, repository: Repository, run: CheckRun, action: 'created' | 'completed') {
  const check_run = {
    ...checkShape(world, repository, run),
    check_suite: { ...(await suiteOf(world, repository, run.headSha)), status: 'in_progress', conclusion: null },
  };
  world.emit({ repository, sender: actionsBot(world), event: 'check_run', payload: { action, check_run } });
}

async function tellSuite(world: World, repository: Repository, sha: string, runs: readonly CheckRun[]) {
  const suite = await suiteOf(world, repository, sha);
  const [commit] = await commitsOf(repository.directory, sha);
  const failed = runs.find(({ conclusion }) => conclusion !== 'success' && conclusion !== 'skipped');
  const check_suite = {
    ...suite,
    status: 'completed',
    conclusion: failed?.conclusion ?? 'success',
    check_runs_url: `${suite.url}/check-runs`,
    latest_check_runs_count: runs.length,
    head_commit: commit === undefined ? null : headCommit(commit),
  };
  const payload = { action: 'completed', check_suite };
  world.emit({ repository, sender: actionsBot(world), event: 'check_suite', payload });
}

async function suiteOf(world: World, repository: Repository, sha: string) {
  const id = suiteId(repository, sha);
  const now = time(new Date());
  const [branch] = await branchesAt(repository, sha);
  return {
    id,
    node_id: nodeId('CheckSuite', id),
    url: `${repositoryUrl(world.at, repository)}/check-suites/${id}`,
    head_sha: sha,
    head_branch: branch ?? null,
    before: null,
    after: sha,
    app: actionsApp(world),
    pull_requests: pullsAt(repository, sha).map((pull) => minimalPull(world.at, repository, pull)),
    created_at: now,
    updated_at: now,
  };
}

function headCommit({ sha, tree, message, author, committer }: Commit) {
  const person = ({ name, email }: Commit['author']) => ({ name, email });
  return {
    id: sha,
    tree_id: tree,
    message,
    timestamp: committer.date,
    author: person(author),
    committer: person(committer),
  };
}

export interface StatusContent {
  readonly context: string;
  readonly state: CommitStatus['state'];
  readonly description?: string | undefined;
}

/** The older way to say how a commit fares. */
export async function setStatus(
  world: World,
  repository: Repository,
  sha: string,
  { context, state, description }: StatusContent,
): Promise<void> {
  const status = { id: world.nextId(), sha, context, state, description: description ?? null, createdAt: new Date() };
  repository.statuses.push(status);
  const [commit] = await commitsOf(repository.directory, sha);
  const url = `${repositoryUrl(world.at, repository)}/commits/${sha}`;
  const branches = (await branchesAt(repository, sha)).map((name) => ({
    name,
    protected: repository.protections.has(name),
    commit: { sha, url },
  }));
  const payload = {
    ...statusShape(world.at, repository, status),
    sha,
    name: repository.fullName,
    branches,
    commit: commit === undefined ? null : commitShape(world, repository, commit),
  };
  world.emit({ repository, sender: repository.owner, event: 'status', payload });
}

async function branchesAt({ directory }: Repository, sha: string): Promise<string[]> {
  return [...(await refsOf(directory))]
    .filter(([ref, at]) => at === sha && ref.startsWith('refs/heads/'))
    .map(([ref]) => ref.slice('refs/heads/'.length));
}

function actionsBot(world: World) {
  return accountOf(world, 'github-actions[bot]', 'Bot');
}

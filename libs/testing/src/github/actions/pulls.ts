import { branchSha, commitsBetween } from '../git/bare-repository.ts';
import { tryGit } from '../git/git.ts';
import { validationFailed } from '../refusal.ts';
import { type Account, type PullRequest, pullsOf, type Repository } from '../state.ts';
import type { World } from '../world.ts';
import { type IssueContent, newIssue } from './issues.ts';
import { tellPull } from './pull-view.ts';

export interface PullContent extends IssueContent {
  /** `branch`, or `owner:branch` of the same owner. */
  readonly head: string;
  readonly base: string;
  readonly draft?: boolean | undefined;
}

/** @throws {Refusal} 422 with GitHub's words: no such branch, nothing between them, or one is open already. */
export async function openPull(
  world: World,
  repository: Repository,
  by: Account,
  { head: label, base, draft = false, ...content }: PullContent,
): Promise<PullRequest> {
  const head = label.startsWith(`${repository.owner.login}:`) ? label.slice(repository.owner.login.length + 1) : label;
  const [headSha, baseSha] = await Promise.all([branchOf(repository, head), branchOf(repository, base)]);
  const resource = 'PullRequest';
  if (headSha === null) throw validationFailed({ resource, field: 'head', code: 'invalid' });
  if (baseSha === null) throw validationFailed({ resource, field: 'base', code: 'invalid' });
  if (openPullOf(repository, head, base) !== undefined) {
    const message = `A pull request already exists for ${repository.owner.login}:${head}.`;
    throw validationFailed({ resource, code: 'custom', message });
  }
  if ((await commitsBetween(repository.directory, baseSha, headSha)) === 0) {
    throw validationFailed({ resource, code: 'custom', message: `No commits between ${base} and ${head}` });
  }
  const pull = { id: world.nextId(), head, base, headSha, baseSha, draft, merged: null };
  const issue: PullRequest = {
    ...newIssue(world, repository, by, content),
    pull: { ...pull, reviews: [], reviewComments: [], settledThreads: new Map() },
  };
  repository.issues.set(issue.number, issue);
  await followHead(repository, issue);
  await tellPull(world, repository, issue, by, { action: 'opened' });
  return issue;
}

function branchOf({ directory }: Repository, name: string): Promise<string | null> {
  return name === '' ? Promise.resolve(null) : branchSha(directory, name);
}

function openPullOf(repository: Repository, head: string, base: string): PullRequest | undefined {
  return pullsOf(repository).find(
    ({ state, pull }) => state.name === 'open' && pull.head === head && pull.base === base,
  );
}

/** `refs/pull/<number>/head` stays when the branch is gone. */
export async function followHead({ directory }: Repository, { number, pull }: PullRequest): Promise<void> {
  await tryGit(directory, ['update-ref', `refs/pull/${number}/head`, pull.headSha]);
}

/** @throws {Refusal} 422 when there is no such branch or it is that of another open one. */
export async function changeBase(
  world: World,
  repository: Repository,
  issue: PullRequest,
  by: Account,
  base: string,
): Promise<void> {
  const { pull } = issue;
  if (base === pull.base) return;
  const baseSha = await branchOf(repository, base);
  if (baseSha === null) throw validationFailed({ resource: 'PullRequest', field: 'base', code: 'invalid' });
  if (openPullOf(repository, pull.head, base) !== undefined) {
    const message = `A pull request already exists for base branch '${base}' and head branch '${pull.head}'`;
    throw validationFailed({ resource: 'PullRequest', code: 'custom', message });
  }
  const changes = { base: { ref: { from: pull.base }, sha: { from: pull.baseSha } } };
  Object.assign(pull, { base, baseSha });
  issue.updatedAt = new Date();
  await tellPull(world, repository, issue, by, { action: 'edited', changes });
}

export async function setDraft(
  world: World,
  repository: Repository,
  issue: PullRequest,
  by: Account,
  draft: boolean,
): Promise<void> {
  if (issue.pull.draft === draft) return;
  issue.pull.draft = draft;
  issue.updatedAt = new Date();
  await tellPull(world, repository, issue, by, { action: draft ? 'converted_to_draft' : 'ready_for_review' });
}

/** @throws {Refusal} 422 when it was merged or a branch is gone. */
export async function mayReopen(repository: Repository, { pull }: PullRequest): Promise<void> {
  const gone = pull.merged !== null || (await branchOf(repository, pull.head)) === null;
  if (gone)
    throw validationFailed({
      resource: 'PullRequest',
      code: 'custom',
      field: 'state',
      message: 'state cannot be changed. The pull request cannot be reopened.',
    });
}

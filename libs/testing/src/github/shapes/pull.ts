import type { Mergeability } from '../actions/mergeability.ts';
import type { Account, PullRequest, Repository } from '../state.ts';
import type { Addresses } from '../world.ts';
import {
  association,
  nodeId,
  repositoryPage,
  repositoryUrl,
  type Schemas,
  simpleUser,
  time,
  timeOrNull,
} from './common.ts';
import { labelShape } from './issue.ts';
import { repositoryShape } from './repository.ts';

export function pullUrl(at: Addresses, repository: Repository, { number }: PullRequest): string {
  return `${repositoryUrl(at, repository)}/pulls/${number}`;
}

export function pullPage(at: Addresses, repository: Repository, { number }: PullRequest): string {
  return `${repositoryPage(at, repository)}/pull/${number}`;
}

/** As in lists. */
export function simplePull(at: Addresses, repository: Repository, issue: PullRequest, testMerge: string | null = null) {
  const { id, number, author, state, pull } = issue;
  const [url, page] = [pullUrl(at, repository, issue), pullPage(at, repository, issue)];
  const root = repositoryUrl(at, repository);
  const [issueUrl, assignees] = [`${root}/issues/${number}`, issue.assignees.map((account) => simpleUser(at, account))];
  const links = {
    issue_url: issueUrl,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${root}/pulls/comments{/number}`,
    comments_url: `${issueUrl}/comments`,
    statuses_url: `${root}/statuses/${pull.headSha}`,
  };
  return {
    url,
    id: pull.id,
    node_id: nodeId('PullRequest', id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    ...links,
    number,
    state: state.name,
    locked: false,
    active_lock_reason: null,
    title: issue.title,
    user: simpleUser(at, author),
    body: issue.body,
    labels: issue.labels.map((label) => ({ ...labelShape(at, repository, label), description: '' })),
    milestone: null,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    closed_at: state.name === 'closed' ? time(state.at) : null,
    merged_at: timeOrNull(pull.merged?.at),
    merge_commit_sha: pull.merged?.sha ?? testMerge,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    draft: pull.draft,
    head: branch(at, repository, pull.head, pull.headSha),
    base: branch(at, repository, pull.base, pull.baseSha),
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: links.issue_url },
      comments: { href: links.comments_url },
      review_comments: { href: links.review_comments_url },
      review_comment: { href: links.review_comment_url },
      commits: { href: links.commits_url },
      statuses: { href: links.statuses_url },
    },
    author_association: association(repository, author),
    auto_merge: null,
  } satisfies Schemas['pull-request-simple'];
}

function branch(at: Addresses, repository: Repository, ref: string, sha: string) {
  const { owner } = repository;
  const repo = repositoryShape(at, repository);
  return { label: `${owner.login}:${ref}`, ref, sha, user: simpleUser(at, owner), repo };
}

/** How large it is; asked of git. */
export interface PullSize {
  readonly commits: number;
  readonly additions: number;
  readonly deletions: number;
  readonly changedFiles: number;
}

/** As it is by its number, and in what hooks are told. */
export function pullShape(
  at: Addresses,
  repository: Repository,
  issue: PullRequest,
  { size, mergeability }: { size: PullSize; mergeability: Mergeability },
) {
  const { pull } = issue;
  return {
    ...simplePull(at, repository, issue, mergeability.testMerge),
    merged: pull.merged !== null,
    mergeable: mergeability.mergeable,
    rebaseable: mergeability.mergeable,
    mergeable_state: mergeability.state,
    merged_by: orNull(pull.merged?.by, (by) => simpleUser(at, by)),
    comments: issue.comments.length,
    review_comments: pull.reviewComments.length,
    maintainer_can_modify: false,
    commits: size.commits,
    additions: size.additions,
    deletions: size.deletions,
    changed_files: size.changedFiles,
  } satisfies Schemas['pull-request'];
}

function orNull<T>(account: Account | undefined, show: (account: Account) => T): T | null {
  return account === undefined ? null : show(account);
}

import type { Comment, Issue, Label, Reaction, Repository } from '../state.ts';
import type { Addresses } from '../world.ts';
import {
  association,
  nodeId,
  reactions,
  repositoryPage,
  repositoryUrl,
  type Schemas,
  simpleUser,
  time,
  timeOrNull,
} from './common.ts';

export function labelShape(at: Addresses, repository: Repository, { id, name }: Label): Schemas['label'] {
  const url = `${repositoryUrl(at, repository)}/labels/${encodeURIComponent(name)}`;
  return { id, node_id: nodeId('Label', id), url, name, description: null, color: 'ededed', default: false };
}

export function issuePage(at: Addresses, repository: Repository, { number, pull }: Issue): string {
  return `${repositoryPage(at, repository)}/${pull === null ? 'issues' : 'pull'}/${number}`;
}

/** Pull requests have it, too: an issue with the addresses of its branches. */
export function issueShape(at: Addresses, repository: Repository, issue: Issue) {
  const { id, number, author, state } = issue;
  const url = `${repositoryUrl(at, repository)}/issues/${number}`;
  const assignees = issue.assignees.map((account) => simpleUser(at, account));
  return {
    id,
    node_id: nodeId('Issue', id),
    url,
    repository_url: repositoryUrl(at, repository),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: issuePage(at, repository, issue),
    number,
    state: state.name,
    state_reason: state.reason,
    title: issue.title,
    body: issue.body,
    user: simpleUser(at, author),
    labels: issue.labels.map((label) => labelShape(at, repository, label)),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: state.name === 'closed' ? time(state.at) : null,
    closed_by: state.name === 'closed' ? simpleUser(at, state.by) : null,
    created_at: time(issue.createdAt),
    updated_at: time(issue.updatedAt),
    author_association: association(repository, author),
    reactions: reactions(url),
    performed_via_github_app: null,
    ...(issue.pull === null ? {} : { draft: issue.pull.draft, pull_request: pullLinks(at, repository, issue) }),
  } satisfies Schemas['issue'];
}

function pullLinks(at: Addresses, repository: Repository, issue: Issue) {
  const page = issuePage(at, repository, issue);
  return {
    url: `${repositoryUrl(at, repository)}/pulls/${issue.number}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: timeOrNull(issue.pull?.merged?.at),
  };
}

export function commentShape(at: Addresses, repository: Repository, issue: Issue, comment: Comment) {
  const { id, author, body } = comment;
  const url = `${repositoryUrl(at, repository)}/issues/comments/${id}`;
  return {
    id,
    node_id: nodeId('IssueComment', id),
    url,
    html_url: `${issuePage(at, repository, issue)}#issuecomment-${id}`,
    issue_url: `${repositoryUrl(at, repository)}/issues/${issue.number}`,
    user: simpleUser(at, author),
    body,
    created_at: time(comment.createdAt),
    updated_at: time(comment.updatedAt),
    author_association: association(repository, author),
    reactions: reactions(url, comment.reactions),
    performed_via_github_app: null,
  } satisfies Schemas['issue-comment'];
}

export function reactionShape(at: Addresses, { id, by, content, createdAt }: Reaction) {
  const node_id = nodeId('Reaction', id);
  return { id, node_id, user: simpleUser(at, by), content, created_at: time(createdAt) } satisfies Schemas['reaction'];
}

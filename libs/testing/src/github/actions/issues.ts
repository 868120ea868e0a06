import { commentShape, issueShape, labelShape } from '../shapes/issue.ts';
import { type Account, type Comment, type Issue, isPull, type Label, type Repository } from '../state.ts';
import type { World } from '../world.ts';
import { tellPull } from './pull-view.ts';

export interface IssueContent {
  readonly title: string;
  readonly body?: string | null | undefined;
  readonly labels?: readonly string[] | undefined;
  readonly assignees?: readonly Account[] | undefined;
}

/** What an issue and a pull request begin with. */
export function newIssue(world: World, repository: Repository, author: Account, content: IssueContent): Issue {
  const now = new Date();
  return {
    id: world.nextId(),
    number: repository.nextNumber++,
    author,
    title: content.title,
    body: content.body ?? null,
    labels: (content.labels ?? []).map((name) => labelOf(world, repository, name)),
    assignees: [...(content.assignees ?? [])],
    comments: [],
    blockedBy: new Set(),
    createdAt: now,
    updatedAt: now,
    state: { name: 'open', reason: null },
    pull: null,
  };
}

export async function openIssue(world: World, repository: Repository, by: Account, content: IssueContent) {
  const issue = newIssue(world, repository, by, content);
  repository.issues.set(issue.number, issue);
  await tell(world, repository, issue, by, { action: 'opened' });
  for (const label of issue.labels) await tellLabel(world, repository, issue, by, 'labeled', label);
  return issue;
}

export async function editIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  by: Account,
  { title = issue.title, body = issue.body }: { title?: string | undefined; body?: string | null | undefined },
): Promise<void> {
  const changes = {
    ...(title === issue.title ? {} : { title: { from: issue.title } }),
    ...(body === issue.body ? {} : { body: { from: issue.body ?? '' } }),
  };
  if (Object.keys(changes).length === 0) return;
  Object.assign(issue, { title, body });
  await tell(world, repository, issue, by, { action: 'edited', changes });
}

type Reason = 'completed' | 'not_planned' | 'duplicate';

/** Closes an issue; a pull request without merging it. One that is closed stays as it is. */
export async function closeIssue(
  world: World,
  repository: Repository,
  issue: Issue,
  by: Account,
  reason: Reason = 'completed',
): Promise<void> {
  if (issue.state.name === 'closed') return;
  issue.state = { name: 'closed', at: new Date(), by, reason: isPull(issue) ? null : reason };
  await tell(world, repository, issue, by, { action: 'closed' });
}

export async function reopenIssue(world: World, repository: Repository, issue: Issue, by: Account): Promise<void> {
  if (issue.state.name === 'open') return;
  issue.state = { name: 'open', reason: isPull(issue) ? null : 'reopened' };
  await tell(world, repository, issue, by, { action: 'reopened' });
}

/** Sets the labels; each that came or went is told by itself, as GitHub does. */
export async function setLabels(
  world: World,
  repository: Repository,
  issue: Issue,
  by: Account,
  names: readonly string[],
): Promise<void> {
  const before = issue.labels;
  issue.labels = [...new Set(names)].map((name) => labelOf(world, repository, name));
  for (const label of issue.labels)
    if (!before.includes(label)) await tellLabel(world, repository, issue, by, 'labeled', label);
  for (const label of before)
    if (!issue.labels.includes(label)) await tellLabel(world, repository, issue, by, 'unlabeled', label);
}

export function addComment(world: World, repository: Repository, issue: Issue, author: Account, body: string): Comment {
  const now = new Date();
  const comment: Comment = { id: world.nextId(), author, body, createdAt: now, updatedAt: now, reactions: [] };
  issue.comments.push(comment);
  issue.updatedAt = now;
  tellComment(world, repository, issue, comment, author, { action: 'created' });
  return comment;
}

export function editComment(
  world: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  by: Account,
  body: string,
): void {
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = new Date();
  tellComment(world, repository, issue, comment, by, { action: 'edited', changes });
}

function labelOf(world: World, repository: Repository, name: string): Label {
  const label = repository.labels.get(name) ?? { id: world.nextId(), name };
  repository.labels.set(name, label);
  return label;
}

interface Told {
  readonly action: string;
  readonly [more: string]: unknown;
}

function tellLabel(world: World, repository: Repository, issue: Issue, by: Account, action: string, label: Label) {
  return tell(world, repository, issue, by, { action, label: labelShape(world.at, repository, label) });
}

async function tell(world: World, repository: Repository, issue: Issue, sender: Account, told: Told): Promise<void> {
  issue.updatedAt = new Date();
  if (isPull(issue)) return tellPull(world, repository, issue, sender, told);
  const payload = { issue: issueShape(world.at, repository, issue), ...told };
  world.emit({ repository, sender, event: 'issues', payload });
}

function tellComment(
  { at, emit }: World,
  repository: Repository,
  issue: Issue,
  comment: Comment,
  sender: Account,
  told: Told,
): void {
  const shapes = { issue: issueShape(at, repository, issue), comment: commentShape(at, repository, issue, comment) };
  emit({ repository, sender, event: 'issue_comment', payload: { ...shapes, ...told } });
}

/** What the stand-in remembers, as GitHub does: a pull request is an issue with branches. Dates are kept whole, answers cut to seconds. */
export type Role = 'read' | 'triage' | 'write' | 'maintain' | 'admin';
export type Level = 'read' | 'write' | 'admin';
export type MergeMethod = 'merge' | 'squash' | 'rebase';

export interface Account {
  readonly id: number;
  readonly login: string;
  readonly type: 'User' | 'Organization' | 'Bot';
}

export interface Label {
  readonly id: number;
  readonly name: string;
}

export interface Comment {
  readonly id: number;
  readonly author: Account;
  body: string;
  readonly createdAt: Date;
  updatedAt: Date;
  /** What people put below it, each once for each of them. */
  readonly reactions: Reaction[];
}

export interface Reaction {
  readonly id: number;
  readonly by: Account;
  readonly content: ReactionContent;
  readonly createdAt: Date;
}
export type ReactionContent = '+1' | '-1' | 'laugh' | 'confused' | 'heart' | 'hooray' | 'rocket' | 'eyes';

export type IssueState =
  | { readonly name: 'open'; readonly reason: 'reopened' | null }
  | {
      readonly name: 'closed';
      readonly at: Date;
      readonly by: Account;
      readonly reason: 'completed' | 'not_planned' | 'duplicate' | null;
    };

export interface Issue {
  readonly id: number;
  readonly number: number;
  readonly author: Account;
  title: string;
  body: string | null;
  labels: Label[];
  assignees: Account[];
  readonly comments: Comment[];
  /** Numbers of what has to be done before it. */
  readonly blockedBy: Set<number>;
  readonly createdAt: Date;
  updatedAt: Date;
  state: IssueState;
  readonly pull: Pull | null;
}

export interface Pull {
  readonly id: number;
  /** Branches of the same repository; forks are not played. */
  readonly head: string;
  base: string;
  /** The newest commit of the head branch while the pull request was open; 40 hex digits. */
  headSha: string;
  baseSha: string;
  draft: boolean;
  merged: { readonly at: Date; readonly by: Account; readonly sha: string } | null;
  readonly reviews: Review[];
  readonly reviewComments: ReviewComment[];
  /** Who resolved a thread, by the id of its first comment. */
  readonly settledThreads: Map<number, Account>;
}
export type PullRequest = Issue & { readonly pull: Pull };

export type ReviewState = 'PENDING' | 'COMMENTED' | 'APPROVED' | 'CHANGES_REQUESTED' | 'DISMISSED';

export interface Review {
  readonly id: number;
  readonly author: Account;
  state: ReviewState;
  body: string;
  readonly commitSha: string;
  submittedAt: Date | null;
}

export interface ReviewComment extends Comment {
  readonly reviewId: number;
  readonly inReplyTo: number | null;
  readonly path: string;
  readonly commitSha: string;
  /** 1-based, in the file after (RIGHT) or before (LEFT) the change; null for a comment on the file. */
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: 'LEFT' | 'RIGHT';
  readonly diffHunk: string;
}

export type CheckStatus = 'queued' | 'in_progress' | 'completed';
export type CheckConclusion =
  | 'success'
  | 'failure'
  | 'neutral'
  | 'cancelled'
  | 'skipped'
  | 'timed_out'
  | 'action_required';

export interface Annotation {
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly level: 'notice' | 'warning' | 'failure';
  readonly message: string;
  readonly title?: string;
}

export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  readonly startedAt: Date;
  completedAt: Date | null;
  title: string | null;
  summary: string | null;
  annotations: readonly Annotation[];
  /** What the job printed; check runs of Actions are jobs with the same id. */
  log: string;
}

export interface CommitStatus {
  readonly id: number;
  readonly sha: string;
  readonly context: string;
  readonly state: 'pending' | 'success' | 'failure' | 'error';
  readonly description: string | null;
  readonly createdAt: Date;
}

export interface Protection {
  /** Names of check runs or contexts of statuses that have to succeed. */
  checks: readonly string[];
  approvals: number;
  /** The head has to contain the base. */
  strict: boolean;
  /** What is merged goes through a queue. */
  queue: boolean;
}

export interface Hook {
  readonly id: number;
  readonly url: string;
  readonly contentType: 'json' | 'form';
  readonly secret: string | null;
  /** Names of events, or `*`. */
  readonly events: readonly string[];
  readonly active: boolean;
  readonly createdAt: Date;
  /** What the last delivery came to. */
  lastStatus: number | null;
}

export interface Repository {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly fullName: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  /** The bare repository. */
  readonly directory: string;
  readonly createdAt: Date;
  pushedAt: Date;
  nextNumber: number;
  mergeMethods: readonly MergeMethod[];
  deleteBranchOnMerge: boolean;
  readonly collaborators: Map<string, Role>;
  readonly protections: Map<string, Protection>;
  /** Issues and pull requests, in the order of their numbers. */
  readonly issues: Map<number, Issue>;
  readonly labels: Map<string, Label>;
  readonly checks: CheckRun[];
  readonly statuses: CommitStatus[];
  readonly hooks: Map<number, Hook>;
}

export function isPull(issue: Issue): issue is PullRequest {
  return issue.pull !== null;
}

/** Open and closed, the oldest first. */
export function pullsOf(repository: Repository): PullRequest[] {
  return [...repository.issues.values()].filter(isPull);
}

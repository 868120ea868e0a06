import { type CheckContent, type StatusContent, setCheck, setStatus } from '../actions/checks.ts';
import { addHook, type HookOptions } from '../actions/hooks.ts';
import {
  addComment,
  closeIssue,
  editComment,
  editIssue,
  type IssueContent,
  openIssue,
  reopenIssue,
  setLabels,
} from '../actions/issues.ts';
import { type MergeWish, mergePull } from '../actions/merges.ts';
import { changeBase, openPull, type PullContent, setDraft } from '../actions/pulls.ts';
import { deleteBranch } from '../actions/pushes.ts';
import { type ReviewThread, settleThread, threadsIn } from '../actions/review-threads.ts';
import { addLineComment, addReview, type LineComment, type ReviewContent } from '../actions/reviews.ts';
import type { Files } from '../git/bare-repository.ts';
import {
  type Account,
  type CheckRun,
  type Comment,
  type Issue,
  isPull,
  type Protection,
  type PullRequest,
  type Repository,
  type Review,
  type ReviewComment,
  type Role,
} from '../state.ts';
import type { Webhooks } from '../webhooks/webhooks.ts';
import { accountOf, inTurn, repositoryOf, type World } from '../world.ts';
import { type AppHands, appHands } from './apps.ts';
import { type PushOptions, push } from './push.ts';
import { addCollaborator, addRepository, headOf, protect, type RepositoryOptions } from './repositories.ts';
import { addToken, type TokenOptions } from './tokens.ts';

/** Who does it, by login; the owner of the repository. */
export interface By {
  readonly by?: string;
}

/** What people do on GitHub. Each tells the hooks what GitHub would. */
export interface Hands extends AppHands {
  addRepository(fullName: string, options?: RepositoryOptions): Promise<Repository>;
  /** @returns the token */
  addToken(options: TokenOptions): string;
  addCollaborator(fullName: string, login: string, role: Role): void;
  addHook(fullName: string, options: HookOptions): number;
  configure(fullName: string, settings: Partial<Pick<Repository, 'mergeMethods' | 'deleteBranchOnMerge'>>): void;
  protect(fullName: string, branch: string, rules: Partial<Protection>): void;
  requireChecks(fullName: string, branch: string, names: readonly string[]): void;
  /** The commit a branch is at; null when there is none. */
  headOf(fullName: string, branch: string): Promise<string | null>;
  /** Null removes a file. @returns the commit */
  push(fullName: string, branch: string, files: Files, options?: PushOptions): Promise<string>;
  deleteBranch(fullName: string, branch: string, options?: By): Promise<void>;
  openPull(fullName: string, content: PullContent & By): Promise<PullRequest>;
  /** @returns the commit the base branch is at now @throws {Refusal} what GitHub would say no with */
  merge(fullName: string, number: number, options?: MergeWish & By): Promise<string>;
  close(fullName: string, number: number, options?: By): Promise<void>;
  reopen(fullName: string, number: number, options?: By): Promise<void>;
  /** Another title, another base, a draft or none. */
  edit(
    fullName: string,
    number: number,
    edit: Partial<Pick<PullContent, 'title' | 'base' | 'draft'>> & By,
  ): Promise<void>;
  openIssue(fullName: string, content: IssueContent & By): Promise<Issue>;
  label(fullName: string, number: number, labels: readonly string[], options?: By): Promise<void>;
  /** Below an issue or a pull request. */
  comment(fullName: string, number: number, body: string, options?: By): Promise<Comment>;
  /** By its author, or whoever else may. */
  editComment(fullName: string, number: number, commentId: number, body: string, options?: By): Promise<void>;
  /** Without a verdict it is begun and not sent. */
  review(fullName: string, number: number, content: ReviewContent & By): Promise<Review>;
  lineComment(fullName: string, number: number, comment: LineComment & By): Promise<ReviewComment>;
  /** In the thread of a comment on lines. */
  replyToComment(
    fullName: string,
    number: number,
    commentId: number,
    body: string,
    options?: By,
  ): Promise<ReviewComment>;
  resolveThread(fullName: string, number: number, commentId: number, options?: By): Promise<void>;
  unresolveThread(fullName: string, number: number, commentId: number, options?: By): Promise<void>;
  setCheck(fullName: string, sha: string, content: CheckContent): Promise<CheckRun>;
  setStatus(fullName: string, sha: string, content: StatusContent): Promise<void>;
  /** An issue or a pull request as it is now. */
  issue(fullName: string, number: number): Issue;
}

export function handsOf(world: World, webhooks: Webhooks): Hands {
  /** With the repository to oneself. */
  function at<T>(fullName: string, by: string | undefined, work: (r: Repository, account: Account) => Promise<T>) {
    const repository = repositoryOf(world, fullName);
    return inTurn(repository, () => work(repository, by === undefined ? repository.owner : accountOf(world, by)));
  }

  function settle(fullName: string, number: number, commentId: number, by: string | undefined, isResolved: boolean) {
    return at(fullName, by, (repository, account) => {
      const issue = pullIn(repository, number);
      return settleThread(world, repository, issue, threadWith(issue, commentId, account), account, isResolved);
    });
  }

  return {
    ...appHands(world),
    addRepository: (fullName, options) => addRepository(world, fullName, options),
    addToken: (options) => addToken(world, options),
    addCollaborator: (fullName, login, role) => addCollaborator(world, fullName, login, role),
    addHook: (fullName, options) => addHook(world, webhooks, repositoryOf(world, fullName), options).id,
    configure: (fullName, settings) => void Object.assign(repositoryOf(world, fullName), settings),
    protect: (fullName, branch, rules) => protect(world, fullName, branch, rules),
    requireChecks: (fullName, branch, checks) => protect(world, fullName, branch, { checks }),
    headOf: (fullName, branch) => headOf(world, fullName, branch),
    push: (fullName, branch, files, options) => push(world, fullName, branch, files, options),
    deleteBranch: (fullName, branch, { by } = {}) =>
      at(fullName, by, async (repository, account) => {
        await deleteBranch(world, repository, account, branch);
      }),
    openPull: (fullName, { by, ...content }) =>
      at(fullName, by, (repository, account) => openPull(world, repository, account, content)),
    merge: (fullName, number, { by, ...wish } = {}) =>
      at(fullName, by, (repository, account) =>
        mergePull(world, repository, pullIn(repository, number), account, wish),
      ),
    close: (fullName, number, { by } = {}) =>
      at(fullName, by, (repository, account) => closeIssue(world, repository, issueIn(repository, number), account)),
    reopen: (fullName, number, { by } = {}) =>
      at(fullName, by, (repository, account) => reopenIssue(world, repository, issueIn(repository, number), account)),
    edit: (fullName, number, { by, title, base, draft }) =>
      at(fullName, by, async (repository, account) => {
        const issue = pullIn(repository, number);
        if (base !== undefined) await changeBase(world, repository, issue, account, base);
        if (draft !== undefined) await setDraft(world, repository, issue, account, draft);
        await editIssue(world, repository, issue, account, { title });
      }),
    openIssue: (fullName, { by, ...content }) =>
      at(fullName, by, (repository, account) => openIssue(world, repository, account, content)),
    label: (fullName, number, labels, { by } = {}) =>
      at(fullName, by, (repository, account) =>
        setLabels(world, repository, issueIn(repository, number), account, labels),
      ),
    comment: (fullName, number, body, { by } = {}) =>
      at(fullName, by, async (repository, account) =>
        addComment(world, repository, issueIn(repository, number), account, body),
      ),
    editComment: (fullName, number, commentId, body, { by } = {}) =>
      at(fullName, by, async (repository, account) => {
        const issue = issueIn(repository, number);
        const comment = issue.comments.find(({ id }) => id === commentId);
        if (comment === undefined) throw new Error(`${fullName}#${number} has no comment ${commentId}`);
        editComment(world, repository, issue, comment, account, body);
      }),
    review: (fullName, number, { by, ...content }) =>
      at(fullName, by, (repository, account) =>
        addReview(world, repository, pullIn(repository, number), account, content),
      ),
    lineComment: (fullName, number, { by, ...comment }) =>
      at(fullName, by, (repository, account) =>
        addLineComment(world, repository, pullIn(repository, number), account, comment),
      ),
    replyToComment: (fullName, number, commentId, body, { by } = {}) =>
      at(fullName, by, (repository, account) => {
        const issue = pullIn(repository, number);
        const { first: inReplyTo } = threadWith(issue, commentId, account);
        return addLineComment(world, repository, issue, account, { path: inReplyTo.path, body, inReplyTo });
      }),
    resolveThread: (fullName, number, commentId, { by } = {}) => settle(fullName, number, commentId, by, true),
    unresolveThread: (fullName, number, commentId, { by } = {}) => settle(fullName, number, commentId, by, false),
    setCheck: (fullName, sha, content) =>
      at(fullName, undefined, (repository) => setCheck(world, repository, sha, content)),
    setStatus: (fullName, sha, content) =>
      at(fullName, undefined, (repository) => setStatus(world, repository, sha, content)),
    issue: (fullName, number) => issueIn(repositoryOf(world, fullName), number),
  };
}

/** @throws when there is none: a test's mistake. */
export function issueIn(repository: Repository, number: number): Issue {
  const issue = repository.issues.get(number);
  if (issue === undefined) throw new Error(`${repository.fullName} has no #${number}`);
  return issue;
}

/** @throws when there is none: a test's mistake. */
export function pullIn(repository: Repository, number: number): PullRequest {
  const issue = issueIn(repository, number);
  if (!isPull(issue)) throw new Error(`${repository.fullName}#${number} is no pull request`);
  return issue;
}

/** The thread a comment is in. @throws when there is none: a test's mistake. */
function threadWith(issue: PullRequest, commentId: number, viewer: Account): ReviewThread {
  const thread = threadsIn(issue, viewer).find(({ comments }) => comments.some(({ id }) => id === commentId));
  if (thread === undefined) throw new Error(`#${issue.number} has no thread with the comment ${commentId}`);
  return thread;
}

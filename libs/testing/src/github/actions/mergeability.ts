import { commitTree, isAncestor } from '../git/bare-repository.ts';
import { GITHUB, git } from '../git/git.ts';
import { mergedTree } from '../git/merge.ts';
import type { PullRequest, Repository } from '../state.ts';
import { remembered } from './remembered.ts';

export interface Mergeability {
  /** Null: not known (yet, or any more). */
  readonly mergeable: boolean | null;
  readonly state: 'unknown' | 'dirty' | 'draft' | 'blocked' | 'behind' | 'unstable' | 'clean';
  /** The commit of the merge that was tried; `refs/pull/<number>/merge`. */
  readonly testMerge: string | null;
}

/** As GitHub answers before it has looked, and about what is closed. */
export const UNKNOWN: Mergeability = { mergeable: null, state: 'unknown', testMerge: null };

export async function mergeabilityOf(repository: Repository, issue: PullRequest): Promise<Mergeability> {
  if (issue.state.name === 'closed') return UNKNOWN;
  const testMerge = await testMergeOf(repository.directory, issue);
  if (testMerge === null) return { mergeable: false, state: 'dirty', testMerge };
  return { mergeable: true, state: await stateOf(repository, issue), testMerge };
}

async function stateOf(repository: Repository, issue: PullRequest): Promise<Mergeability['state']> {
  const { pull } = issue;
  if (pull.draft) return 'draft';
  if (unmetRule(repository, issue) !== null) return 'blocked';
  if (await isBehind(repository, issue)) return 'behind';
  return isUnstable(repository, pull.headSha) ? 'unstable' : 'clean';
}

/** Whether the head has to contain its base, and does not. */
export async function isBehind({ directory, protections }: Repository, { pull }: PullRequest): Promise<boolean> {
  if (protections.get(pull.base)?.strict !== true) return false;
  return !(await isAncestor(directory, pull.baseSha, pull.headSha));
}

/** The commit of a merge that is only tried; null when the two conflict. */
const testMergeOf = remembered(async (directory, { number, pull: { baseSha, headSha } }) => {
  const tree = await mergedTree(directory, baseSha, headSha);
  if (tree === null) return null;
  const { name, email } = GITHUB;
  const env = { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: email, GIT_COMMITTER_NAME: name, GIT_COMMITTER_EMAIL: email };
  const sha = await commitTree(directory, tree, [baseSha, headSha], `Merge ${headSha} into ${baseSha}`, env);
  await git(directory, ['update-ref', `refs/pull/${number}/merge`, sha]);
  return sha;
});

/** GitHub's words for the first rule of the base branch that is not met; null: all are. */
export function unmetRule(repository: Repository, { pull }: PullRequest): string | null {
  const protection = repository.protections.get(pull.base);
  if (protection === undefined) return null;
  const missing = protection.checks.filter((name) => outcomeOf(repository, pull.headSha, name) !== 'success');
  const failing = missing.filter((name) => outcomeOf(repository, pull.headSha, name) === 'failure');
  if (failing.length === 1) return `Required status check "${failing[0]}" is failing.`;
  if (missing.length === 1) return `Required status check "${missing[0]}" is expected.`;
  if (missing.length > 1)
    return `${missing.length} of ${protection.checks.length} required status checks are expected.`;
  const latest = new Map(
    pull.reviews
      .filter(({ state }) => state === 'APPROVED' || state === 'CHANGES_REQUESTED' || state === 'DISMISSED')
      .map(({ author, state }) => [author.login, state]),
  );
  const states = [...latest.values()];
  if (protection.approvals > 0 && states.includes('CHANGES_REQUESTED'))
    return 'Changes have been requested by a reviewer with write access.';
  const missingApprovals = protection.approvals - states.filter((state) => state === 'APPROVED').length;
  if (missingApprovals <= 0) return null;
  const count = protection.approvals === 1 ? '1 approving review is' : `${protection.approvals} approving reviews are`;
  return `At least ${count} required by reviewers with write access.`;
}

/** Of the newest check run or status of that name. */
function outcomeOf({ checks, statuses }: Repository, sha: string, name: string): 'success' | 'failure' | 'pending' {
  const check = checks.findLast((one) => one.headSha === sha && one.name === name);
  if (check?.conclusion != null)
    return ['success', 'neutral', 'skipped'].includes(check.conclusion) ? 'success' : 'failure';
  if (check !== undefined) return 'pending';
  const state = statuses.findLast((one) => one.sha === sha && one.context === name)?.state ?? 'pending';
  return state === 'error' ? 'failure' : state;
}

function isUnstable(repository: Repository, sha: string): boolean {
  const names = new Set([
    ...repository.checks.filter(({ headSha }) => headSha === sha).map(({ name }) => name),
    ...repository.statuses.filter((status) => status.sha === sha).map(({ context }) => context),
  ]);
  return [...names].some((name) => outcomeOf(repository, sha, name) !== 'success');
}

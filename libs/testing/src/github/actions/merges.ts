import { branchSha, moveRef, refsOf } from '../git/bare-repository.ts';
import { commitsOf } from '../git/history.ts';
import { mergeCommits } from '../git/merge.ts';
import { Refusal, validationFailed } from '../refusal.ts';
import type { Account, MergeMethod, PullRequest, Repository } from '../state.ts';
import type { World } from '../world.ts';
import { closedBy } from './closing.ts';
import { closeIssue } from './issues.ts';
import { isBehind, unmetRule } from './mergeability.ts';
import { afterPush, deleteBranch } from './pushes.ts';

export interface MergeWish {
  readonly method?: MergeMethod | undefined;
  /** What the head has to be. */
  readonly sha?: string | undefined;
  readonly title?: string | undefined;
  readonly message?: string | undefined;
}

const METHODS = { merge: 'Merge commits are', squash: 'Squash merges are', rebase: 'Rebase merges are' };

/**
 * @returns the commit the base branch is at now
 * @throws {Refusal} 405 with GitHub's words when it may not be merged, 409 when the head is another
 */
export async function mergePull(
  world: World,
  repository: Repository,
  issue: PullRequest,
  by: Account,
  wish: MergeWish,
): Promise<string> {
  const { method = 'merge', sha = issue.pull.headSha } = wish;
  const { directory } = repository;
  const { pull } = issue;
  if (issue.state.name === 'closed') throw new Refusal(405, 'Pull Request is not mergeable');
  if (pull.draft) throw new Refusal(405, 'Pull Request is still a draft');
  if (!repository.mergeMethods.includes(method))
    throw new Refusal(405, `${METHODS[method]} not allowed on this repository.`);
  if (sha !== pull.headSha) throw new Refusal(409, 'Head branch was modified. Review and try the merge again.');
  if (repository.protections.get(pull.base)?.queue === true)
    throw new Refusal(405, 'Changes must be made through the merge queue');
  const rule = unmetRule(repository, issue);
  if (rule !== null) throw new Refusal(405, rule);
  if (await isBehind(repository, issue)) throw new Refusal(405, 'Head branch is out of date with the base branch.');
  const message = await messageOf(repository, issue, method, wish);
  const before = await refsOf(directory);
  const base = before.get(`refs/heads/${pull.base}`);
  if (base === undefined) throw new Refusal(405, 'Base branch was deleted');
  const merged = await mergeCommits(directory, method, { base, head: pull.headSha, by, message });
  if (merged === null && method === 'rebase') throw new Refusal(405, "This branch can't be rebased");
  if (merged === null) throw new Refusal(405, 'Pull Request is not mergeable');
  await moveRef(directory, `refs/heads/${pull.base}`, merged, base);
  pull.merged = { at: new Date(), by, sha: merged };
  await closeIssue(world, repository, issue, by);
  for (const closed of closedBy(repository, issue, message)) await closeIssue(world, repository, closed, by);
  await afterPush(world, repository, by, before);
  if (repository.deleteBranchOnMerge) await deleteBranch(world, repository, by, pull.head);
  return merged;
}

async function messageOf(
  { directory, owner }: Repository,
  { number, title, pull }: PullRequest,
  method: MergeMethod,
  wish: MergeWish,
): Promise<string> {
  if (method === 'merge') {
    const subject = wish.title ?? `Merge pull request #${number} from ${owner.login}/${pull.head}`;
    return `${subject}\n\n${wish.message ?? title}`;
  }
  const commits = await commitsOf(directory, `${pull.baseSha}..${pull.headSha}`);
  const body = commits.length === 1 ? '' : commits.map(({ message }) => `* ${message}`).join('\n\n');
  return `${wish.title ?? `${title} (#${number})`}\n\n${wish.message ?? body}`.trim();
}

/**
 * Merges the base into the head branch.
 * @throws {Refusal} 422 when the head is another than expected, has everything already, or conflicts
 */
export async function updateFromBase(
  world: World,
  repository: Repository,
  { pull }: PullRequest,
  by: Account,
  expected: string = pull.headSha,
): Promise<void> {
  const { directory } = repository;
  const resource = 'PullRequest';
  if (expected !== pull.headSha) {
    const message = `expected head sha didn’t match current head ref.`;
    throw validationFailed({ resource, code: 'custom', field: 'expected_head_sha', message });
  }
  const before = await refsOf(directory);
  const base = await branchSha(directory, pull.base);
  if (base === null) throw validationFailed({ resource, code: 'invalid', field: 'base' });
  if ((await commitsOf(directory, `${pull.headSha}..${base}`)).length === 0)
    throw new Refusal(422, 'There are no new commits on the base branch.');
  const message = `Merge branch '${pull.base}' into ${pull.head}`;
  const merged = await mergeCommits(directory, 'merge', { base: pull.headSha, head: base, by, message });
  if (merged === null) throw new Refusal(422, 'merge conflict between base and head');
  await moveRef(directory, `refs/heads/${pull.head}`, merged, pull.headSha);
  await afterPush(world, repository, by, before);
}

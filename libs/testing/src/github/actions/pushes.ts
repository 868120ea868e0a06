import { isAncestor, moveRef, type Refs, refsOf } from '../git/bare-repository.ts';
import { type Commit, commitsOf } from '../git/history.ts';
import { repositoryPage } from '../shapes/common.ts';
import { type Account, type PullRequest, pullsOf, type Repository } from '../state.ts';
import type { World } from '../world.ts';
import { closeIssue } from './issues.ts';
import { tellPull } from './pull-view.ts';
import { followHead } from './pulls.ts';

const NOTHING = '0'.repeat(40);

/**
 * What follows from branches and tags being elsewhere than `before`, whoever moved them: hooks are told, pull requests
 * follow their heads, are closed with their branch and are merged when their commits arrive in their base.
 */
export async function afterPush(world: World, repository: Repository, by: Account, before: Refs): Promise<void> {
  const after = await refsOf(repository.directory);
  const names = [...new Set([...before.keys(), ...after.keys()])].filter((ref) => before.get(ref) !== after.get(ref));
  if (names.length > 0) repository.pushedAt = new Date();
  for (const ref of names) {
    const [from, to] = [before.get(ref) ?? null, after.get(ref) ?? null];
    if (from === null || to === null) tellRef(world, repository, by, ref, to === null ? 'delete' : 'create');
    await tellPush(world, repository, by, { ref, from, to });
    if (ref.startsWith('refs/heads/')) await pullsFollow(world, repository, by, ref.slice('refs/heads/'.length), to);
  }
}

/** @returns false when there is no such branch. */
export async function deleteBranch(
  world: World,
  repository: Repository,
  by: Account,
  branch: string,
): Promise<boolean> {
  const before = await refsOf(repository.directory);
  const sha = before.get(`refs/heads/${branch}`);
  if (sha === undefined) return false;
  await moveRef(repository.directory, `refs/heads/${branch}`, null, sha);
  await afterPush(world, repository, by, before);
  return true;
}

async function pullsFollow(world: World, repository: Repository, by: Account, branch: string, to: string | null) {
  for (const issue of pullsOf(repository)) {
    if (issue.state.name === 'closed') continue;
    const { pull } = issue;
    if (pull.base === branch && to !== null) await baseMoved(world, repository, issue, by, to);
    if (pull.head !== branch || pull.merged !== null) continue;
    if (to === null) {
      await closeIssue(world, repository, issue, by);
      continue;
    }
    const before = pull.headSha;
    pull.headSha = to;
    issue.updatedAt = new Date();
    await followHead(repository, issue);
    await tellPull(world, repository, issue, by, { action: 'synchronize', before, after: to });
  }
}

/** Commits that arrive in the base by a push count as merged there. */
async function baseMoved(world: World, repository: Repository, issue: PullRequest, by: Account, to: string) {
  const { pull } = issue;
  if (await isAncestor(repository.directory, pull.headSha, to)) {
    pull.merged = { at: new Date(), by, sha: to };
    await closeIssue(world, repository, issue, by);
    return;
  }
  pull.baseSha = to;
}

function tellRef(world: World, repository: Repository, sender: Account, ref: string, event: 'create' | 'delete') {
  const kind = {
    ref: ref.replace(/^refs\/(heads|tags)\//, ''),
    ref_type: ref.startsWith('refs/tags/') ? 'tag' : 'branch',
  };
  const more = event === 'create' ? { master_branch: repository.defaultBranch, description: null } : {};
  world.emit({ repository, sender, event, payload: { ...kind, ...more, pusher_type: 'user' } });
}

interface Moved {
  readonly ref: string;
  readonly from: string | null;
  readonly to: string | null;
}

async function tellPush(world: World, repository: Repository, sender: Account, { ref, from, to }: Moved) {
  const { directory, defaultBranch } = repository;
  const page = repositoryPage(world.at, repository);
  const start = from ?? `refs/heads/${defaultBranch}`;
  const isFirst = from === null && ref === `refs/heads/${defaultBranch}`;
  const commits = to === null ? [] : await commitsOf(directory, isFirst ? to : `${start}..${to}`, 2048);
  const [head] = to === null ? [] : await commitsOf(directory, to);
  const payload = {
    ref,
    before: from ?? NOTHING,
    after: to ?? NOTHING,
    base_ref: null,
    created: from === null,
    deleted: to === null,
    forced: from !== null && to !== null && !(await isAncestor(directory, from, to)),
    compare: `${page}/compare/${(from ?? NOTHING).slice(0, 12)}...${(to ?? NOTHING).slice(0, 12)}`,
    commits: commits.map((commit) => pushedCommit(page, commit)),
    head_commit: head === undefined ? null : pushedCommit(page, head),
    pusher: { name: sender.login, email: `${sender.login}@users.noreply.github.com` },
  };
  world.emit({ repository, sender, event: 'push', payload });
}

function pushedCommit(page: string, { sha, tree, message, author, committer }: Commit) {
  return {
    id: sha,
    tree_id: tree,
    distinct: true,
    message,
    timestamp: committer.date,
    url: `${page}/commit/${sha}`,
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
    added: [],
    removed: [],
    modified: [],
  };
}

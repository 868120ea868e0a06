import { afterPush } from '../actions/pushes.ts';
import { branchSha, commitTree, type Files, moveRef, refsOf, treeWith } from '../git/bare-repository.ts';
import { identity } from '../git/git.ts';
import { accountOf, inTurn, repositoryOf, type World } from '../world.ts';

export interface PushOptions {
  readonly by?: string;
  readonly message?: string;
  /** The branch a new branch starts from; the default branch. */
  readonly from?: string;
  /** A branch that the commit merges, without a look at what is in it. */
  readonly merging?: string;
}

/** Somebody pushes one commit; the branch is made when there is none. @returns the commit */
export function push(
  world: World,
  fullName: string,
  branch: string,
  files: Files,
  { by, message = 'Change some files', from, merging }: PushOptions = {},
): Promise<string> {
  const repository = repositoryOf(world, fullName);
  const { directory, defaultBranch, owner } = repository;
  const account = by === undefined ? owner : accountOf(world, by);
  return inTurn(repository, async () => {
    const before = await refsOf(directory);
    const current = await branchSha(directory, branch);
    const parent = current ?? (await branchSha(directory, from ?? defaultBranch));
    const tree = await treeWith(directory, parent, files);
    const merged = merging === undefined ? null : await branchSha(directory, merging);
    const parents = [parent, merged].filter((sha) => sha !== null);
    const commit = await commitTree(directory, tree, parents, message, identity(account));
    await moveRef(directory, `refs/heads/${branch}`, commit, current);
    await afterPush(world, repository, account, before);
    return commit;
  });
}

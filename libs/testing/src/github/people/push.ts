import { afterPush } from '../actions/pushes.ts';
import { type Files, refsOf } from '../git/bare-repository.ts';
import { importCommit } from '../git/fast-import.ts';
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
    const parent = before.get(`refs/heads/${branch}`) ?? before.get(`refs/heads/${from ?? defaultBranch}`) ?? null;
    const merged = merging === undefined ? null : (before.get(`refs/heads/${merging}`) ?? null);
    const parents = [parent, merged].filter((sha) => sha !== null);
    const commit = await importCommit(directory, { branch, parents, files, message, author: account });
    await afterPush(world, repository, account, before);
    return commit;
  });
}

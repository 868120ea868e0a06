import { commitsBetween } from '../git/bare-repository.ts';
import { tryGit } from '../git/git.ts';
import { type PullSize, pullShape, simplePull } from '../shapes/pull.ts';
import type { Account, PullRequest, Repository } from '../state.ts';
import type { World } from '../world.ts';
import { mergeabilityOf, UNKNOWN } from './mergeability.ts';
import { remembered } from './remembered.ts';

/**
 * A pull request as GitHub shows it.
 * @param known whether it has looked already if it can be merged; right after a change it has not
 */
export async function pullView(world: World, repository: Repository, issue: PullRequest, known: boolean) {
  const [size, mergeability] = await Promise.all([
    sizeOf(repository.directory, issue),
    known ? mergeabilityOf(repository, issue) : UNKNOWN,
  ]);
  return pullShape(world.at, repository, issue, { size, mergeability });
}

const sizeOf = remembered(async (directory, { pull: { baseSha, headSha } }): Promise<PullSize> => {
  const [commits, { stdout }] = await Promise.all([
    commitsBetween(directory, baseSha, headSha),
    tryGit(directory, ['diff', '--numstat', `${baseSha}...${headSha}`]),
  ]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  const sum = (column: number) => lines.reduce((total, line) => total + (Number(line.split('\t')[column]) || 0), 0);
  return { commits, additions: sum(0), deletions: sum(1), changedFiles: lines.length };
});

/** Tells hooks what became of a pull request. */
export async function tellPull(
  world: World,
  repository: Repository,
  issue: PullRequest,
  sender: Account,
  payload: { readonly action: string; readonly [more: string]: unknown },
): Promise<void> {
  const pull_request = await pullView(world, repository, issue, false);
  const { number } = issue;
  world.emit({ repository, sender, event: 'pull_request', payload: { number, pull_request, ...payload } });
}

/** The shorter form that comes with reviews and their comments. */
export function pullWithReview(world: World, repository: Repository, issue: PullRequest) {
  return simplePull(world.at, repository, issue);
}

import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import { refusalSentence } from '@claude-codex/contracts/repository/refusals';
import { type Change, conflicting, type ForgeRefusal, forgeRefusal, type Merged } from '@claude-codex/forges/forge';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { GitService } from '../../git-service/git-service.ts';
import type { Place } from './place.ts';

type Numbered = Change & { readonly number: number };

/**
 * Has GitHub merge the commit that was looked at, into the base it was looked at against. What it answers no to is looked
 * at once more: somebody may have merged it meanwhile, and the files that stand against each other are named by git.
 */
export async function merge(
  place: Place,
  git: GitService,
  change: Numbered,
  strategy: MergeStrategy,
): Promise<Merged | ForgeRefusal> {
  const found = await standingInTheWay(place, git, change);
  if (found !== null) return found;
  const { octokit, owner, repo } = place;
  const wanted = { owner, repo, pull_number: change.number, sha: change.headSha, merge_method: strategy };
  try {
    const { data } = await asking(octokit.rest.pulls.merge(wanted), Date.now());
    return await merged(git, change, data.sha);
  } catch (error) {
    if (!(error instanceof GithubRefused)) throw error;
    return (await standingInTheWay(place, git, change)) ?? refused(git, change, error);
  }
}

/** What makes asking for the merge needless or wrong. Throws `ForgeAway` while GitHub has not worked it out. */
async function standingInTheWay(
  { octokit, owner, repo }: Place,
  git: GitService,
  change: Numbered,
): Promise<Merged | ForgeRefusal | null> {
  const { number, headSha, baseBranch } = change;
  const { data: pull } = await asking(octokit.rest.pulls.get({ owner, repo, pull_number: number }), Date.now());
  if (pull.merged) return merged(git, change, pull.merge_commit_sha ?? pull.base.sha);
  if (pull.head.sha !== headSha) return forgeRefusal('HEAD_MOVED', refusalSentence('HEAD_MOVED', {}));
  if (pull.base.ref !== baseBranch) {
    const detail = `The pull request goes into ${pull.base.ref} now, not into ${baseBranch}. Merge it there.`;
    return forgeRefusal('FORGE_BASE_CHANGED', detail);
  }
  return pull.draft === true ? forgeRefusal('FORGE_DRAFT', refusalSentence('FORGE_DRAFT', {})) : null;
}

async function refused(
  git: GitService,
  { repositoryId, baseBranch, headSha }: Numbered,
  error: GithubRefused,
): Promise<ForgeRefusal> {
  // Said for a moment after another merge or push.
  if (/base branch was modified/i.test(error.message)) throw new ForgeAway('forge_away', `GitHub: ${error.message}.`);
  const conflicts = await git.conflicts({ repositoryId, baseBranch, headSha }).then(
    (found) => found.conflicts,
    () => [],
  );
  return conflicts.length > 0 ? conflicting(conflicts) : forgeRefusal('FORGE_REFUSED', `GitHub: ${error.message}.`);
}

/** It is merged, whether or not our copy can be brought up to date now. */
async function merged(git: GitService, { repositoryId }: Numbered, mergeSha: string): Promise<Merged> {
  const repository = await git.refresh({ repositoryId }).catch(() => null);
  return { ok: true, mergeSha, repository };
}

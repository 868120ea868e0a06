import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import { refusalSentence } from '@claude-codex/contracts/repository/refusals';
import { type Change, conflicting, type ForgeRefusal, forgeRefusal, type Merged } from '@claude-codex/forges/forge';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { GitService } from '../../git-service/git-service.ts';
import type { Place } from './place.ts';

/**
 * Has GitHub merge the commit that was looked at. What it answers no to is looked at again: somebody may have merged it
 * meanwhile, and the files that stand against each other are named by git.
 */
export async function merge(
  place: Place,
  git: GitService,
  change: Change & { readonly number: number },
  strategy: MergeStrategy,
): Promise<Merged | ForgeRefusal> {
  const { octokit, owner, repo } = place;
  const { repositoryId, number, headSha, baseBranch } = change;
  const at = { owner, repo, pull_number: number };
  try {
    const { data } = await asking(
      octokit.rest.pulls.merge({ ...at, sha: headSha, merge_method: strategy }),
      Date.now(),
    );
    return { ok: true, mergeSha: data.sha, repository: await git.refresh({ repositoryId }) };
  } catch (error) {
    if (!(error instanceof GithubRefused)) throw error;
    const { data: pull } = await asking(octokit.rest.pulls.get(at), Date.now());
    if (pull.merged) {
      const repository = await git.refresh({ repositoryId });
      return { ok: true, mergeSha: pull.merge_commit_sha ?? pull.base.sha, repository };
    }
    if (pull.head.sha !== headSha) return forgeRefusal('HEAD_MOVED', refusalSentence('HEAD_MOVED', {}));
    const { conflicts } = await git.conflicts({ repositoryId, baseBranch, headSha });
    if (conflicts.length > 0) return conflicting(conflicts);
    if (pull.draft === true) return forgeRefusal('FORGE_DRAFT', refusalSentence('FORGE_DRAFT', {}));
    return forgeRefusal('FORGE_REFUSED', `GitHub: ${error.message}.`);
  }
}

import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import { refusalSentence } from '@claude-codex/contracts/repository/refusals';
import {
  type Change,
  conflicting,
  type ForgeRefusal,
  forgeRefusal,
  type Merged,
  type Waiting,
} from '@claude-codex/forges/forge';
import { ForgeAway } from '@claude-codex/forges/remote-forge';
import type { Conditional } from '../../api/conditional.ts';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { GitService } from '../../git-service/git-service.ts';
import { checksOf } from './checks.ts';
import { judge } from './judge.ts';
import type { Place } from './place.ts';
import { remarksOf } from './remarks.ts';

/** Nobody reads here why a check failed. */
const UNASKED = { from: 'nowhere' as const, text: '' };

type Numbered = Change & { readonly number: number };

/**
 * Has GitHub merge the commit that was looked at, into the base it was looked at against. What it answers no to is looked
 * at once more: somebody may have merged it meanwhile, and the files that stand against each other are named by git.
 */
export async function merge(
  place: Place,
  { git, ask }: { readonly git: GitService; readonly ask: Conditional },
  change: Numbered,
  strategy: MergeStrategy,
): Promise<Merged | ForgeRefusal | Waiting> {
  const found = await standingInTheWay(place, { git, ask }, change);
  if (found !== null) return found;
  const { octokit, owner, repo } = place;
  const wanted = { owner, repo, pull_number: change.number, sha: change.headSha, merge_method: strategy };
  try {
    const { data } = await asking(octokit.rest.pulls.merge(wanted), Date.now());
    return await merged(git, change, data.sha);
  } catch (error) {
    if (!(error instanceof GithubRefused)) throw error;
    return (await standingInTheWay(place, { git, ask }, change)) ?? refused(git, change, error);
  }
}

/**
 * What makes asking for the merge needless, wrong or too early: whoever may go past the rules of a branch would, by asking.
 * Throws `ForgeAway` while GitHub has not worked it out.
 */
async function standingInTheWay(
  place: Place,
  { git, ask }: { readonly git: GitService; readonly ask: Conditional },
  change: Numbered,
): Promise<Merged | ForgeRefusal | Waiting | null> {
  const { octokit, owner, repo } = place;
  const { number, headSha, baseBranch } = change;
  const { data: pull } = await asking(octokit.rest.pulls.get({ owner, repo, pull_number: number }), Date.now());
  if (pull.merged) return merged(git, change, pull.merge_commit_sha ?? pull.base.sha);
  if (pull.head.sha !== headSha) return forgeRefusal('HEAD_MOVED', refusalSentence('HEAD_MOVED', {}));
  if (pull.base.ref !== baseBranch) {
    const detail = `The pull request goes into ${pull.base.ref} now, not into ${baseBranch}. Merge it there.`;
    return forgeRefusal('FORGE_BASE_CHANGED', detail);
  }
  if (pull.draft === true) return forgeRefusal('FORGE_DRAFT', refusalSentence('FORGE_DRAFT', {}));
  const judged = await judge(place, ask, pull, {
    checks: () => checksOf(place, { ask, reports: async () => UNASKED }, headSha),
    opinions: async () => (await remarksOf(place, ask, { number, headSha, known: new Set() })).opinions,
  });
  if (judged === null)
    throw new ForgeAway('forge_away', 'GitHub is still working out whether the pull request can be merged.');
  const why = judged.why.join(' ');
  if (judged.readiness === 'waits') return { ok: 'later', detail: why };
  // In a conflict git says in which files.
  return judged.readiness === 'ready' || judged.readiness === 'conflict' ? null : forgeRefusal('FORGE_REFUSED', why);
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

import type { Change, ForgeRefusal, Updated, Wish } from '@claude-codex/forges/forge';
import type { RemoteForge } from '@claude-codex/forges/remote-forge';
import { asking } from '../../api/faults.ts';
import type { Clients } from '../../connections/clients.ts';
import type { GitService } from '../../git-service/git-service.ts';
import { createConditional } from './conditional.ts';
import { look } from './look.ts';
import { merge } from './merge.ts';
import { placeOf } from './place.ts';
import { notPushed, publish, standingFor } from './publish.ts';

export interface GithubParts {
  readonly clients: Pick<Clients, 'ofConnection'>;
  readonly git: GitService;
  /** What a pull request says. */
  textOf(change: Change): Promise<string>;
}

/** GitHub, as the forge of the repositories that are connected there. */
export function createGithubForge({ clients, git, textOf }: GithubParts): RemoteForge {
  const ask = createConditional();

  return {
    provider: 'github',
    async publish(change) {
      return publish(await placeOf(clients, change), git, change, await textOf(change));
    },
    async merge(change, { strategy }) {
      const { number } = change;
      if (number === null) throw new Error('a change that stands nowhere cannot be merged');
      return merge(await placeOf(clients, change), git, { ...change, number }, strategy);
    },
    update: (change, wish) => update(git, change, wish),
    async withdraw(change) {
      const place = await placeOf(clients, change);
      const { octokit, owner, repo } = place;
      // It may have been opened by one that was killed before it could say so.
      const number = change.number ?? (await standingFor(place, change))?.number ?? null;
      if (number === null) return;
      const standing = await look(place, ask, number);
      if (standing?.state !== 'open') return;
      await asking(octokit.rest.pulls.update({ owner, repo, pull_number: number, state: 'closed' }), Date.now());
    },
    async look(change) {
      if (change.number === null) return null;
      return look(await placeOf(clients, change), ask, change.number);
    },
  };
}

/** The base is brought in here, where git is, so that it is the same merge however often it is asked for. */
async function update(
  git: GitService,
  { pullRequestId, repositoryId, branch, baseBranch, headSha }: Change,
  wish: Wish,
): Promise<Updated | ForgeRefusal> {
  const updated = await git.updateBranch({ pullRequestId, repositoryId, branch, baseBranch, headSha, ...wish });
  if (!updated.ok) return updated;
  const pushed = await git.pushBranch({ repositoryId, branch, headSha: updated.headSha });
  return pushed.ok ? updated : notPushed(pushed);
}

import type { Change, ForgeRefusal, Updated, Wish } from '@claude-codex/forges/forge';
import type { RemoteForge } from '@claude-codex/forges/remote-forge';
import { createConditional } from '../../api/conditional.ts';
import { asking } from '../../api/faults.ts';
import type { Clients } from '../../connections/clients.ts';
import type { GitService } from '../../git-service/git-service.ts';
import { look } from './look.ts';
import { merge } from './merge.ts';
import { placeOf } from './place.ts';
import { notPushed, publish, standingFor } from './publish.ts';
import { unlessRefused } from './refused.ts';
import { createReports } from './reports.ts';
import { createSay } from './say.ts';
import type { PullRequestText } from './text.ts';

export interface GithubParts {
  readonly clients: Pick<Clients, 'ofConnection'>;
  readonly git: GitService;
  /** What a pull request says. */
  textOf(change: Change): Promise<PullRequestText>;
}

/** GitHub, as the forge of the repositories that are connected there. */
export function createGithubForge({ clients, git, textOf }: GithubParts): RemoteForge {
  const asked = { ask: createConditional(), reports: createReports() };
  const say = createSay();

  return {
    provider: 'github',
    async publish(change) {
      const place = await placeOf(clients, change);
      const text = await textOf(change);
      return unlessRefused(() => publish(place, git, change, text));
    },
    async merge(change, { strategy }) {
      const { number } = change;
      if (number === null) throw new Error('a change that stands nowhere cannot be merged');
      const place = await placeOf(clients, change);
      return unlessRefused(() => merge(place, { git, ask: asked.ask }, { ...change, number }, strategy));
    },
    update: (change, wish) => update(git, change, wish),
    async withdraw(change) {
      const place = await placeOf(clients, change);
      const { octokit, owner, repo } = place;
      // It may have been opened by one that was killed before it could say so.
      const number = change.number ?? (await standingFor(place, change))?.published.number ?? null;
      if (number === null) return { mergeSha: null };
      const at = { owner, repo, pull_number: number };
      const { data: pull } = await asking(octokit.rest.pulls.get(at), Date.now());
      if (pull.merged) return { mergeSha: pull.merge_commit_sha ?? pull.base.sha };
      if (pull.state === 'open') await asking(octokit.rest.pulls.update({ ...at, state: 'closed' }), Date.now());
      return { mergeSha: null };
    },
    async say({ source, number }, text) {
      if (number === null) throw new Error('nothing can be said of a change that stands nowhere');
      await say(await placeOf(clients, { source }), { number, text });
    },
    async look(change, known) {
      const { number } = change;
      if (number === null) throw new Error('a change that stands nowhere cannot be looked at');
      return look(await placeOf(clients, change), asked, { change: { ...change, number }, known });
    },
  };
}

/** The base is brought in here, where git is, so that it is the same merge however often it is asked for. */
async function update(
  git: GitService,
  { repositoryId, branch, baseBranch, headSha }: Change,
  wish: Wish,
): Promise<Updated | ForgeRefusal> {
  const updated = await git.updateBranch({ repositoryId, branch, baseBranch, headSha, ...wish });
  if (!updated.ok) return updated;
  const pushed = await git.pushBranch({ repositoryId, branch, headSha: updated.headSha });
  return pushed.ok ? updated : notPushed(pushed);
}

import type { PushBranchAnswer } from '@claude-codex/contracts';
import { type Change, type ForgeRefusal, forgeRefusal } from '@claude-codex/forges/forge';
import { ForgeAway, type Published } from '@claude-codex/forges/remote-forge';
import { asking, GithubRefused } from '../../api/faults.ts';
import type { GitService } from '../../git-service/git-service.ts';
import type { Place } from './place.ts';
import type { PullRequestText } from './text.ts';

/**
 * Pushes the branch and opens its pull request. One that is open for the branch already is taken for it, whoever opened
 * it: asked for again after a crash, or after more work on the same branch, there is still one.
 */
export async function publish(
  place: Place,
  git: GitService,
  change: Change,
  text: PullRequestText,
): Promise<Published | ForgeRefusal> {
  const { repositoryId, branch, headSha } = change;
  // Asked first: whether GitHub takes the token is better heard from its API than from git.
  const there = await standingFor(place, change);
  if (there?.isMerged === true) return there.published;
  const pushed = await git.pushBranch({ repositoryId, branch, headSha });
  if (!pushed.ok) return notPushed(pushed);
  if (there !== null) return there.published;
  try {
    return await open(place, change, text);
  } catch (error) {
    if (!(error instanceof GithubRefused)) throw error;
    // Somebody else was faster, maybe ourselves.
    return (await standingFor(place, change))?.published ?? forgeRefusal('FORGE_REFUSED', `GitHub: ${error.message}.`);
  }
}

/** Git's words for a host that does not answer now. */
const PASSING = new Set(['HOST_UNREACHABLE', 'FETCH_TIMEOUT', 'PUSH_TIMEOUT', 'FORGE_SILENT', 'BASE_MOVED']);

/** What is over by itself is waited for; anything else is for a person. Throws `ForgeAway`. */
export function notPushed({ code, detail }: Extract<PushBranchAnswer, { ok: false }>): ForgeRefusal {
  if (PASSING.has(code)) throw new ForgeAway('forge_away', detail);
  return forgeRefusal(code, detail);
}

/** The pull request a change has there already: the open one of its branch, or one that was merged as it is. */
export async function standingFor(
  { octokit, owner, repo }: Place,
  { branch, baseBranch: base, headSha }: Pick<Change, 'branch' | 'baseBranch' | 'headSha'>,
): Promise<{ readonly published: Published; readonly isMerged: boolean } | null> {
  const wanted = { owner, repo, head: `${owner}:${branch}`, base, state: 'all' as const, per_page: 30 };
  const { data } = await asking(octokit.rest.pulls.list(wanted), Date.now());
  const found =
    data.find(({ state }) => state === 'open') ??
    data.find(({ merged_at: mergedAt, head }) => mergedAt !== null && head.sha === headSha);
  if (found === undefined) return null;
  const { number, html_url: url, merged_at: mergedAt } = found;
  return { published: { ok: true, number, url }, isMerged: mergedAt !== null };
}

async function open(
  { octokit, owner, repo }: Place,
  change: Change,
  { title, body }: PullRequestText,
): Promise<Published> {
  const { branch: head, baseBranch: base, draft } = change;
  const wanted = { owner, repo, title, head, base, body };
  const create = (more: { draft: boolean }) => asking(octokit.rest.pulls.create({ ...wanted, ...more }), Date.now());
  try {
    const { data } = await create({ draft });
    return { ok: true, number: data.number, url: data.html_url };
  } catch (error) {
    // Plans without drafts refuse them; the work is ready to be looked at all the same.
    if (!draft || !(error instanceof GithubRefused) || !/draft/i.test(error.message)) throw error;
    const { data } = await create({ draft: false });
    return { ok: true, number: data.number, url: data.html_url };
  }
}

import type { PushBranchAnswer, RepositorySource } from '@claude-codex/contracts';
import { objectId } from '@claude-codex/service-kit/git/names';
import { commitAt, isAncestor } from '../mirrors/commits.ts';
import { writeInMirror } from '../mirrors/mirror-locks.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { type SourceSettings, SourceUnavailable, withSource } from '../sources/source-access.ts';
import { refusal } from '../sources/source-refusal.ts';
import { pushBranch } from './push.ts';

/** Where the mirror remembers what stood at the source by us last. */
const pushedRef = (branch: string) => `refs/codex/pushed/${branch}`;
/** What was on its way there: after a process was killed while pushing, it may stand there as well. */
const pushingRef = (branch: string) => `refs/codex/pushing/${branch}`;

/**
 * A branch of ours is at the source as it is here, by one explicit refspec. It is moved only from where we left it, or
 * forward: what somebody else pushed there stays (BRANCH_TAKEN). Doing it again finds it done.
 */
export async function pushOwnBranch(
  { mirrors, sources }: { mirrors: Mirrors; sources: SourceSettings },
  request: { repositoryId: string; source: RepositorySource; branch: string; headSha: string },
): Promise<PushBranchAnswer> {
  const { repositoryId, source, branch, headSha } = request;
  const gitDir = mirrors.gitDir(repositoryId);
  const remember = (ref: string, sha: string) =>
    writeInMirror(['update-ref', '--end-of-options', ref, objectId(sha)], { gitDir });
  try {
    await mirrors.refresh(repositoryId, source);
    if ((await commitAt(gitDir, headSha)) === null) throw refusal('HEAD_MISSING', {});
    const there = await mirrors.sourceHead(repositoryId, branch);
    if (there !== headSha) {
      if (there !== null) {
        const ours = [await commitAt(gitDir, pushedRef(branch)), await commitAt(gitDir, pushingRef(branch))];
        const isFree = ours.includes(there) || (await isAncestor(gitDir, there, headSha));
        if (!isFree) throw refusal('BRANCH_TAKEN', { branch });
        await remember(pushedRef(branch), there);
      }
      await remember(pushingRef(branch), headSha);
      const pushed = await withSource(source, sources, (at) =>
        pushBranch(at, { gitDir, branch, baseSha: there, sha: headSha }),
      );
      if (!pushed.ok) return { ok: false, code: pushed.code, detail: pushed.detail };
    }
    await remember(pushedRef(branch), headSha);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof SourceUnavailable)) throw error;
    return { ok: false, code: error.code, detail: error.message };
  }
}

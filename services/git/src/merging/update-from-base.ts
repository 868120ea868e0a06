import { type Change, conflicting, type ForgeRefusal, forgeRefusal, type Updated } from '@claude-codex/forges/forge';
import type { BlobStore } from '@claude-codex/service-kit/blobs';
import { branchRef, objectId } from '@claude-codex/service-kit/git/names';
import { changeSet } from '../diffs/change-set.ts';
import { isAncestor } from '../mirrors/commits.ts';
import { writeInMirror } from '../mirrors/mirror-locks.ts';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { SourceUnavailable } from '../sources/source-access.ts';
import { computeMerge } from './compute-merge.ts';
import { AGENT, type Signature } from './identities.ts';

/** Of a change what has to be known for it. */
interface Updating extends Pick<Change, 'repositoryId' | 'branch' | 'baseBranch' | 'headSha' | 'title' | 'source'> {
  readonly author: Signature;
}

/**
 * Brings into the branch of a pull request what somebody pushed on top of it, and the base as it is now; in the mirror:
 * no file is checked out, and the source is not touched. Done again after a crash it finds its own merge in the branch
 * and has nothing left to bring in.
 */
export async function updateFromBase(
  { mirrors, blobs }: { mirrors: Mirrors; blobs: BlobStore },
  { repositoryId, branch, baseBranch, headSha, title, source, author }: Updating,
): Promise<Updated | ForgeRefusal> {
  const gitDir = mirrors.gitDir(repositoryId);
  try {
    await mirrors.refresh(repositoryId, source);
  } catch (error) {
    if (!(error instanceof SourceUnavailable)) throw error;
    return forgeRefusal(error.code, error.message);
  }
  const baseSha = await mirrors.sourceHead(repositoryId, baseBranch);
  if (baseSha === null)
    return forgeRefusal('BASE_BRANCH_MISSING', `The repository has no branch ${baseBranch} any more.`);
  const moveTo = async (sha: string): Promise<Updated> => {
    if (sha === headSha) return { ok: true, headSha, changes: null };
    const found = await changeSet(blobs, { gitDir, branch, baseSha, headSha: sha, previousHeadSha: headSha });
    await writeInMirror(['update-ref', '--end-of-options', branchRef(branch), objectId(sha)], { gitDir });
    return { ok: true, headSha: sha, changes: found?.changes ?? null };
  };
  const newest = await pushedOnTop(mirrors, { repositoryId, branch, headSha });
  if (await isAncestor(gitDir, baseSha, newest)) return moveTo(newest);
  // The other way round than a merge into the base: the branch is what the base is merged into.
  const outcome = await computeMerge({
    gitDir,
    strategy: 'merge',
    baseSha: newest,
    headSha: baseSha,
    branch: baseBranch,
    baseBranch: branch,
    title,
    body: '',
    author,
    agent: AGENT,
  });
  if ('conflicts' in outcome) return conflicting(outcome.conflicts);
  return moveTo(outcome.sha);
}

/** The newest commit of the branch at its source when ours is in it; ours when it is not there, or was rewritten there. */
async function pushedOnTop(
  mirrors: Mirrors,
  { repositoryId, branch, headSha }: Pick<Updating, 'repositoryId' | 'branch' | 'headSha'>,
): Promise<string> {
  const there = await mirrors.sourceHead(repositoryId, branch);
  return there !== null && (await isAncestor(mirrors.gitDir(repositoryId), headSha, there)) ? there : headSha;
}

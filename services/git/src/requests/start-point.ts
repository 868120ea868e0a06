import { type StartPoint, type StartPointRequest, streamOf } from '@claude-codex/contracts';
import { type RepositoryState, repositoryDecider } from '@claude-codex/domain';
import { type EventStore, loadState } from '@claude-codex/eventing';
import { branchRef, objectId } from '@claude-codex/service-kit/git/names';
import { runGit } from '@claude-codex/service-kit/git/run-git';
import type { Logger } from '@claude-codex/service-kit/log';
import type { Mirrors } from '../mirrors/mirrors.ts';
import { SourceUnavailable } from '../sources/source-refusal.ts';

interface Parts {
  readonly store: EventStore;
  readonly mirrors: Mirrors;
  readonly log: Logger;
}

/** What a checkout starts from: the base branch as the source has it, and what was handed over on the instance's branch. */
export async function startPoint(parts: Parts, request: StartPointRequest): Promise<StartPoint> {
  const { repositoryId, branch, baseBranch, refresh } = request;
  const { mirrors } = parts;
  const mirrored = (await mirrors.sourceHead(repositoryId, baseBranch)) !== null;
  if (refresh || !mirrored) await refreshed(parts, repositoryId, mirrored);
  const baseSha = request.baseSha ?? (await mirrors.sourceHead(repositoryId, baseBranch));
  if (baseSha === null)
    throw new SourceUnavailable('BASE_BRANCH_MISSING', `The repository has no branch ${baseBranch}.`);
  return { baseSha, headSha: (await headOf(mirrors.gitDir(repositoryId), branch)) ?? baseSha };
}

async function refreshed({ store, mirrors, log }: Parts, repositoryId: string, mirrored: boolean): Promise<void> {
  const repository: RepositoryState = await loadState(store, streamOf('repository', repositoryId), repositoryDecider);
  if (repository.status !== 'connected') {
    throw new SourceUnavailable('REPOSITORY_NOT_FOUND', 'The repository is not connected.');
  }
  try {
    await mirrors.refresh(repositoryId, repository.source);
  } catch (error) {
    // Work can start from what is mirrored; the merge will bring it together with what is new.
    if (!mirrored || !(error instanceof SourceUnavailable)) throw error;
    log.warn({ err: error, repositoryId }, 'the source could not be read; starting from the mirror');
  }
}

async function headOf(mirror: string, branch: string): Promise<string | null> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${branchRef(branch)}^{commit}`];
  const { exitCode, stdout } = await runGit(args, { gitDir: mirror, accept: [0, 1, 128] });
  return exitCode === 0 ? objectId(stdout.toString('utf8').trim()) : null;
}

import {
  type ConflictsAnswer,
  ConflictsRequest,
  type PushBranchAnswer,
  PushBranchRequest,
  type RefreshAnswer,
  RefreshRequest,
  type RepositorySource,
  streamOf,
  subjects,
  type UpdateBranchAnswer,
  UpdateBranchRequest,
} from '@claude-codex/contracts';
import { repositoryDecider } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import { serveWork } from '@claude-codex/service-kit/bus-work';
import { computeMerge } from '../merging/compute-merge.ts';
import { AGENT, personSignature } from '../merging/identities.ts';
import { pushOwnBranch } from '../merging/push-own-branch.ts';
import { updateFromBase } from '../merging/update-from-base.ts';
import { SourceUnavailable } from '../sources/source-refusal.ts';
import { type RequestParts, said } from './said.ts';

const QUEUE = { queue: 'git' };

/** What a service that speaks to a forge needs of git: it holds no repository itself. */
export function serveForges(parts: RequestParts): (() => void)[] {
  const { bus } = parts;
  const { git } = subjects;
  return [
    serveWork(bus, git.refresh, RefreshRequest, (body) => said(parts, refresh(parts, body)), QUEUE),
    serveWork(bus, git.pushBranch, PushBranchRequest, (body) => said(parts, pushBranch(parts, body)), QUEUE),
    serveWork(bus, git.updateBranch, UpdateBranchRequest, (body) => said(parts, updateBranch(parts, body)), QUEUE),
    serveWork(bus, git.conflicts, ConflictsRequest, (body) => said(parts, conflicts(parts, body)), QUEUE),
  ];
}

async function refresh(parts: RequestParts, { repositoryId }: RefreshRequest): Promise<RefreshAnswer> {
  return parts.mirrors.refresh(repositoryId, await sourceOf(parts, repositoryId));
}

async function pushBranch(parts: RequestParts, request: PushBranchRequest): Promise<PushBranchAnswer> {
  return pushOwnBranch(parts, { ...request, source: await sourceOf(parts, request.repositoryId) });
}

async function updateBranch(
  parts: RequestParts,
  { personId, at, ...request }: UpdateBranchRequest,
): Promise<UpdateBranchAnswer> {
  const source = await sourceOf(parts, request.repositoryId);
  return updateFromBase(parts, { ...request, title: '', source, author: personSignature(personId, at) });
}

async function conflicts(
  parts: RequestParts,
  { repositoryId, baseBranch, headSha }: ConflictsRequest,
): Promise<ConflictsAnswer> {
  const { mirrors } = parts;
  await mirrors.refresh(repositoryId, await sourceOf(parts, repositoryId));
  const baseSha = await mirrors.sourceHead(repositoryId, baseBranch);
  if (baseSha === null) return { conflicts: [] };
  const author = personSignature(null, '2000-01-01T00:00:00Z');
  const words = { title: '', body: '', branch: '', author, agent: AGENT };
  const gitDir = mirrors.gitDir(repositoryId);
  const outcome = await computeMerge({ gitDir, strategy: 'squash', baseSha, headSha, baseBranch, ...words });
  return { conflicts: 'conflicts' in outcome ? outcome.conflicts : [] };
}

async function sourceOf({ store }: RequestParts, repositoryId: string): Promise<RepositorySource> {
  const repository = await loadState(store, streamOf('repository', repositoryId), repositoryDecider);
  if (repository.status === 'connected') return repository.source;
  throw new SourceUnavailable('REPOSITORY_NOT_FOUND', 'The repository is not connected.');
}

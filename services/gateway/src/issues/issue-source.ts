import type { RemoteForge } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { repositoryDecider } from '@claude-codex/domain/repository/decide';
import { type EventStore, loadState } from '@claude-codex/eventing';
import { refusal } from '../commands/problems.ts';
import { connectedTo } from '../forge-connections/connection.ts';

/** Where the issues of a repository are, and as whom they are read. */
export interface IssueSource {
  readonly provider: RemoteForge;
  readonly slug: string;
  readonly credentialId: string;
}

/**
 * By the newest events. Throws REPOSITORY_NOT_FOUND for one that was removed, REPOSITORY_WITHOUT_ISSUES for one that is
 * at no forge, FORGE_NOT_CONNECTED. That the repository is of this workspace was asked before.
 */
export async function issueSourceOf(
  store: EventStore,
  workspaceId: string,
  repositoryId: string,
): Promise<IssueSource> {
  const repository = await loadState(store, streamOf('repository', repositoryId), repositoryDecider);
  if (repository.status !== 'connected') throw refusal('REPOSITORY_NOT_FOUND');
  if (repository.source.kind !== 'forge') throw refusal('REPOSITORY_WITHOUT_ISSUES');
  const { provider, slug } = repository.source;
  const { credentialId } = await connectedTo(store, workspaceId, provider);
  return { provider, slug, credentialId };
}

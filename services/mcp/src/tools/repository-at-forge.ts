import type { RepositorySource } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts';
import { repositoryDecider } from '@claude-codex/domain';
import { loadState } from '@claude-codex/eventing';
import type { ToolContext } from '../calls/tool.ts';
import { ToolError } from '../calls/tool-error.ts';

/** Where the agent's repository is, when it is at a forge. Throws REPOSITORY_WITHOUT_ISSUES. */
export async function repositoryAtForge({
  identity,
  store,
}: ToolContext): Promise<Extract<RepositorySource, { kind: 'forge' }>> {
  const repository = await loadState(store, streamOf('repository', identity.repositoryId), repositoryDecider);
  if (repository.status === 'connected' && repository.source.kind === 'forge') return repository.source;
  const what = 'Your repository is not connected through a forge';
  throw new ToolError('REPOSITORY_WITHOUT_ISSUES', what, 'Go on with what the task says, or ask a person.');
}

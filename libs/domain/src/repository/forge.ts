import type { ForgeProvider } from '@claude-codex/contracts/forge';
import type { RepositoryState } from './state.ts';

/**
 * The forge that the changes of a repository go to. This is the one place that decides it; every pull request keeps
 * what was decided when it was opened.
 */
export function forgeOf(repository: RepositoryState): ForgeProvider {
  return repository.status !== 'none' && repository.source.kind === 'forge' ? repository.source.provider : 'local';
}

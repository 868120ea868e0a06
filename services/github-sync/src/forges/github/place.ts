import type { Change } from '@claude-codex/forges/forge';
import type { RepositoryPlace } from '../../api/client.ts';
import type { Clients } from '../../connections/clients.ts';

/** Where a change is on GitHub, and who acts there. */
export interface Place extends RepositoryPlace {
  /** Of whoever acts there for us. */
  readonly login: string;
}

/** Throws `ForgeAway`. What is of another kind of repository is a mistake of ours. */
export async function placeOf(
  clients: Pick<Clients, 'ofConnection'>,
  { source }: Pick<Change, 'source'>,
): Promise<Place> {
  if (source.kind !== 'forge') throw new Error(`a repository of kind ${source.kind} is not on GitHub`);
  const [owner = '', repo = ''] = source.slug.split('/');
  const { octokit, login } = await clients.ofConnection(source.connectionId, { purpose: 'work', slug: source.slug });
  return { octokit, owner, repo, login };
}

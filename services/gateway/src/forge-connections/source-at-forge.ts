import { FORGES, type ForgeRules, RemoteForge, RepositorySlug, type RepositorySource } from '@claude-codex/contracts';
import type { EventStore } from '@claude-codex/eventing';
import type { Bus } from '@claude-codex/service-kit/bus';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import { Problem } from '@claude-codex/service-kit/http/problem';
import { createAskForge } from './ask-forge.ts';
import { connectionOf } from './connection.ts';

const FIELD = 'body.source.url';
/** `git@host:path`, the short spelling of an ssh address. */
const SCP = /^([^@/]+@[^:/]+):(.+)$/;

/**
 * A git address that is at a forge the workspace is connected to, as a repository of that connection; anything else as it
 * is; with what its settings there allow. Throws a problem on `body.source.url` when the connection cannot see it or not push to it: it would be found out
 * when the first work is to be merged.
 */
export async function sourceAtForge(
  { store, bus }: { store: EventStore; bus: Bus },
  workspaceId: string,
  source: RepositorySource,
): Promise<{ readonly source: RepositorySource; readonly forgeRules: ForgeRules | null }> {
  if (source.kind !== 'git') return { source, forgeRules: null };
  for (const provider of RemoteForge.options) {
    const connection = await connectionOf(store, workspaceId, provider);
    const slug = connection === null ? null : slugAt(source.url, connection.webUrl);
    if (connection === null || slug === null) continue;
    const found = await createAskForge(bus).repository(provider, connection.credentialId, slug, FIELD);
    if (!found.canPush || found.archived) throw readOnly(provider, found);
    const connectionId = forgeConnectionId(workspaceId, provider);
    const { slug: name, cloneUrl: url, rules: forgeRules } = found;
    return { source: { kind: 'forge', provider, connectionId, slug: name, url }, forgeRules };
  }
  return { source, forgeRules: null };
}

/** `owner/name` of an address on the host of `webUrl`, however git spells it; null elsewhere. */
export function slugAt(address: string, webUrl: string): string | null {
  const web = new URL(webUrl);
  const { protocol, host, hostname, pathname } = new URL(address.replace(SCP, 'ssh://$1/$2'));
  // Over ssh a forge listens on another port than where people look at it.
  const isThere = protocol === 'https:' ? host === web.host : hostname.toLowerCase() === web.hostname;
  if (!isThere) return null;
  const path = pathname.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '');
  return RepositorySlug.safeParse(path).data ?? null;
}

function readOnly(provider: RemoteForge, { slug, archived }: { slug: string; archived: boolean }): Problem {
  const code = 'FORGE_REPOSITORY_READ_ONLY';
  const { title } = FORGES[provider];
  const detail = archived
    ? `${slug} is archived at ${title}, so nothing can be pushed to it.`
    : `The connection to ${title} may read ${slug}, not push to it. Give its token the right to write contents and pull requests.`;
  return new Problem(code, {
    detail,
    errors: [{ field: FIELD, code, expected: 'a repository the connection of the workspace may push to' }],
  });
}

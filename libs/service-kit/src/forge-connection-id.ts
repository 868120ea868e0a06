import type { RemoteForge } from '@claude-codex/contracts/forge';
import { idFrom } from './ids.ts';

/** The connection of a workspace to a forge: there is one, and whoever knows both finds its stream. */
export function forgeConnectionId(workspaceId: string, provider: RemoteForge): string {
  return idFrom(workspaceId, 'forge', provider);
}

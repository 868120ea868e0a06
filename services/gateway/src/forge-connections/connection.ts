import type { RemoteForge } from '@claude-codex/contracts';
import { streamOf } from '@claude-codex/contracts/ids';
import { type ForgeConnectionState, forgeConnectionDecider } from '@claude-codex/domain/forge-connection/index';
import { type EventStore, loadState } from '@claude-codex/eventing';
import { forgeConnectionId } from '@claude-codex/service-kit/forge-connection-id';
import { refusal } from '../commands/problems.ts';

export type Connected = Extract<ForgeConnectionState, { status: 'connected' }>;

/** The connection of a workspace to a forge as its newest event left it; null while there is none. */
export async function connectionOf(
  store: EventStore,
  workspaceId: string,
  provider: RemoteForge,
): Promise<Connected | null> {
  const stream = streamOf('forge', forgeConnectionId(workspaceId, provider));
  const state = await loadState(store, stream, forgeConnectionDecider);
  return state.status === 'connected' ? state : null;
}

/** The same where there has to be one. Throws FORGE_NOT_CONNECTED. */
export async function connectedTo(store: EventStore, workspaceId: string, provider: RemoteForge): Promise<Connected> {
  const connection = await connectionOf(store, workspaceId, provider);
  if (connection === null) throw refusal('FORGE_NOT_CONNECTED');
  return connection;
}

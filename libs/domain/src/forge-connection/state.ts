import type { EventData, ForgeConnectionEvent } from '@claude-codex/contracts/events';
import { skipUnknown } from '@claude-codex/eventing/decider';

/** `refused`: why the forge does not take the credential, null while it does. */
export type ForgeConnectionState =
  | { status: 'none' }
  | ({ status: 'connected'; refused: string | null } & EventData<'ForgeConnected'>)
  | ({ status: 'disconnected' } & EventData<'ForgeConnected'>);

export const initialForgeConnection: ForgeConnectionState = { status: 'none' };

export function evolveForgeConnection(state: ForgeConnectionState, event: ForgeConnectionEvent): ForgeConnectionState {
  if (event.type === 'ForgeConnected') return { status: 'connected', refused: null, ...event.data };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'ForgeCredentialRefused':
      return state.status === 'connected' ? { ...state, refused: event.data.detail } : state;
    case 'ForgeCredentialAccepted':
      return state.status === 'connected' ? { ...state, refused: null } : state;
    case 'ForgeDisconnected':
      return { ...state, status: 'disconnected' };
    default:
      return skipUnknown(event, state);
  }
}

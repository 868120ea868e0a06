import type { EventData, ForgeConnectionEvent } from '@claude-codex/contracts/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import {
  evolveForgeConnection,
  type ForgeConnectionState,
  initialForgeConnection,
  isSeenLogin,
  personBehind,
} from './state.ts';

export type ForgeConnectionCommand =
  /** Whoever connects again replaces the credential of before. */
  | ({ type: 'ConnectForge' } & EventData<'ForgeConnected'>)
  | { type: 'RecordRefusal'; credentialId: string; detail: string }
  | { type: 'RecordAcceptance'; credentialId: string }
  | { type: 'DisconnectForge' }
  | { type: 'SeeLogin'; login: string }
  | { type: 'MapLogin'; login: string; personId: string | null };

export function decideForgeConnection(
  command: ForgeConnectionCommand,
  state: ForgeConnectionState,
): ForgeConnectionEvent[] {
  switch (command.type) {
    case 'ConnectForge': {
      const { type: _type, ...data } = command;
      return [{ type: 'ForgeConnected', data }];
    }
    case 'RecordRefusal':
      return isAbout(state, command) && state.refused !== command.detail
        ? [{ type: 'ForgeCredentialRefused', data: { detail: command.detail } }]
        : [];
    case 'RecordAcceptance':
      return isAbout(state, command) && state.refused !== null ? [{ type: 'ForgeCredentialAccepted', data: {} }] : [];
    case 'DisconnectForge':
      if (state.status === 'none') return refuse('FORGE_NOT_CONNECTED');
      return state.status === 'connected' ? [{ type: 'ForgeDisconnected', data: {} }] : [];
    case 'SeeLogin':
      return isSeenLogin(state, command.login) ? [] : [{ type: 'ForgeLoginSeen', data: { login: command.login } }];
    case 'MapLogin': {
      if (state.status === 'none') return refuse('FORGE_NOT_CONNECTED');
      const { login, personId } = command;
      return personBehind(state, login) === personId ? [] : [{ type: 'ForgeLoginMapped', data: { login, personId } }];
    }
    default:
      return unknownCommand(command);
  }
}

/** What is heard of a credential that was replaced meanwhile says nothing of the one in use. */
function isAbout(
  state: ForgeConnectionState,
  { credentialId }: { credentialId: string },
): state is Extract<ForgeConnectionState, { status: 'connected' }> {
  return state.status === 'connected' && state.credentialId === credentialId;
}

export const forgeConnectionDecider: Decider<ForgeConnectionState, ForgeConnectionCommand, ForgeConnectionEvent> = {
  initialState: initialForgeConnection,
  evolve: evolveForgeConnection,
  decide: decideForgeConnection,
};

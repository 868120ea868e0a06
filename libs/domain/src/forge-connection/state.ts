import type { EventData, ForgeConnectionEvent } from '@claude-codex/contracts/events';
import { skipUnknown } from '@claude-codex/eventing/decider';

/** `refused`: why the forge does not take the credential, null while it does. */
export type ForgeConnectionState =
  | { status: 'none' }
  | ({ status: 'connected'; refused: string | null; logins: ForgeLogins } & EventData<'ForgeConnected'>)
  | ({ status: 'disconnected'; logins: ForgeLogins } & EventData<'ForgeConnected'>);

/** Whom people there stand for here, by their login in small letters; null: for nobody. Only those that are known. */
export type ForgeLogins = Readonly<Record<string, string | null>>;

export const initialForgeConnection: ForgeConnectionState = { status: 'none' };

export function evolveForgeConnection(state: ForgeConnectionState, event: ForgeConnectionEvent): ForgeConnectionState {
  if (event.type === 'ForgeConnected') {
    // Who somebody is does not change because another credential is used.
    const logins = state.status === 'none' ? {} : state.logins;
    return { status: 'connected', refused: null, logins, ...event.data };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'ForgeCredentialRefused':
      return state.status === 'connected' ? { ...state, refused: event.data.detail } : state;
    case 'ForgeCredentialAccepted':
      return state.status === 'connected' ? { ...state, refused: null } : state;
    case 'ForgeDisconnected':
      return { ...state, status: 'disconnected' };
    case 'ForgeLoginSeen':
      return withLogin(state, event.data.login, personBehind(state, event.data.login));
    case 'ForgeLoginMapped':
      return withLogin(state, event.data.login, event.data.personId);
    default:
      return skipUnknown(event, state);
  }
}

type Known = Exclude<ForgeConnectionState, { status: 'none' }>;

function withLogin<State extends Known>(state: State, login: string, personId: string | null): State {
  return { ...state, logins: { ...state.logins, [login.toLowerCase()]: personId } };
}

/** A forge tells no large letters of a login from small ones. */
export function isKnownLogin(state: ForgeConnectionState, login: string): boolean {
  return state.status !== 'none' && Object.hasOwn(state.logins, login.toLowerCase());
}

/** The member somebody there stands for. */
export function personBehind(state: ForgeConnectionState, login: string): string | null {
  return state.status === 'none' || !isKnownLogin(state, login) ? null : (state.logins[login.toLowerCase()] ?? null);
}

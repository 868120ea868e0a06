import type { EventData, ForgeConnectionEvent } from '@claude-codex/contracts/events';
import { skipUnknown } from '@claude-codex/eventing/decider';

/** `refused`: why the forge does not take the credential, null while it does. */
export type ForgeConnectionState =
  | { status: 'none' }
  | ({ status: 'connected'; refused: string | null; logins: ForgeLogins } & EventData<'ForgeConnected'>)
  | ({ status: 'disconnected'; logins: ForgeLogins } & EventData<'ForgeConnected'>);

/** Who is known there, by their login in small letters. `personId`: whom they stand for here; null: for nobody. */
export type ForgeLogins = Readonly<Record<string, { readonly isSeen: boolean; readonly personId: string | null }>>;

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
      return withLogin(state, event.data.login, { isSeen: true });
    case 'ForgeLoginMapped':
      return withLogin(state, event.data.login, { personId: event.data.personId });
    default:
      return skipUnknown(event, state);
  }
}

type Known = Exclude<ForgeConnectionState, { status: 'none' }>;

function withLogin<State extends Known>(state: State, login: string, news: Partial<ForgeLogins[string]>): State {
  const known = knownAs(state, login) ?? { isSeen: false, personId: null };
  return { ...state, logins: { ...state.logins, [login.toLowerCase()]: { ...known, ...news } } };
}

/** A forge tells no large letters of a login from small ones. */
function knownAs(state: ForgeConnectionState, login: string): ForgeLogins[string] | null {
  const key = login.toLowerCase();
  return state.status !== 'none' && Object.hasOwn(state.logins, key) ? (state.logins[key] ?? null) : null;
}

/** Whether somebody there was heard, which is more than that an owner named them. */
export function isSeenLogin(state: ForgeConnectionState, login: string): boolean {
  return knownAs(state, login)?.isSeen ?? false;
}

/** The member somebody there stands for. */
export function personBehind(state: ForgeConnectionState, login: string): string | null {
  return knownAs(state, login)?.personId ?? null;
}

import type { CreatedToken, LoginRequest, Person, SessionView, SetupRequest, TokenView } from '@claude-codex/contracts';
import { request } from './client.ts';

/** A signed-in browser of this person. */
export interface SessionRow {
  readonly id: string;
  readonly current: boolean;
  readonly createdAt: string;
  readonly lastSeenAt?: string | null;
  readonly userAgent?: string | null;
}

export interface Invite {
  readonly token: string;
  readonly url?: string;
  readonly expiresAt?: string | null;
}

export const getSession = () => request<SessionView>('GET', '/session');
export const setUp = (body: SetupRequest) => request<unknown>('POST', '/setup', body);
export const logIn = (body: LoginRequest) => request<unknown>('POST', '/login', body);
export const logOut = () => request<unknown>('POST', '/logout', {});
export const savePreferences = (body: { theme: 'system' | 'light' | 'dark' }) =>
  request<unknown>('PUT', '/preferences', body);

export const listSessions = () => request<{ sessions: SessionRow[] }>('GET', '/sessions');
export const revokeSession = (id: string) => request<unknown>('DELETE', `/sessions/${id}`);

export const listTokens = () => request<{ tokens: TokenView[] }>('GET', '/tokens');
export const createToken = (name: string, expiresInDays: number | null) =>
  request<CreatedToken>('POST', '/tokens', { name, expiresInDays });
export const revokeToken = (id: string) => request<unknown>('DELETE', `/tokens/${id}`);

export const listMembers = () => request<{ members: Person[] }>('GET', '/members');
export const createInvite = (role: Person['role']) => request<Invite>('POST', '/invites', { role });
export const acceptInvite = (body: { token: string; name: string; email: string; password: string }) =>
  request<unknown>('POST', '/invites/accept', body);

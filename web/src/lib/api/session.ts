import type {
  CommandAccepted,
  CreatedInvite,
  CreatedToken,
  InviteView,
  LoginRequest,
  PasswordLink,
  Person,
  Preferences,
  SessionItem,
  SessionView,
  SetupRequest,
  TokenScope,
  TokenView,
} from '@claude-codex/contracts';
import { type Fetch, request } from './client.ts';

export const getSession = (fetch?: Fetch) => request<SessionView>('GET', '/session', undefined, { fetch });
export const setUp = (body: SetupRequest) => request<unknown>('POST', '/setup', body);
export const logIn = (body: LoginRequest) => request<unknown>('POST', '/login', body);
export const logOut = () => request<unknown>('POST', '/logout', {});
export const getPreferences = () => request<Preferences>('GET', '/preferences');
export const savePreferences = (body: { theme: 'system' | 'light' | 'dark' }) =>
  request<unknown>('PUT', '/preferences', body);

export const changePassword = (body: { current: string; password: string }) =>
  request<unknown>('POST', '/password', body);
export const resetPassword = (body: { token: string; password: string }) =>
  request<unknown>('POST', '/password/reset', body);
export const createPasswordLink = (id: string) => request<PasswordLink>('POST', `/members/${id}/password-link`);

export const listSessions = () => request<{ sessions: SessionItem[] }>('GET', '/sessions');
export const revokeSession = (id: string) => request<unknown>('DELETE', `/sessions/${id}`);

export const listTokens = () => request<{ tokens: TokenView[] }>('GET', '/tokens');
export const createToken = (body: { name: string; scope: TokenScope; expiresInDays: number | null }) =>
  request<CreatedToken>('POST', '/tokens', body);
export const revokeToken = (id: string) => request<unknown>('DELETE', `/tokens/${id}`);

export const listMembers = () => request<{ members: Person[] }>('GET', '/members');
export const changeRole = (id: string, role: Person['role']) =>
  request<CommandAccepted>('PATCH', `/members/${id}`, { role });
export const removeMember = (id: string) => request<unknown>('DELETE', `/members/${id}`);
export const erasePersonalData = (id: string) => request<unknown>('DELETE', `/members/${id}/personal-data`);
export const listInvites = () => request<{ invites: InviteView[] }>('GET', '/invites');
export const revokeInvite = (id: string) => request<unknown>('DELETE', `/invites/${id}`);
export const createInvite = (role: Person['role']) => request<CreatedInvite>('POST', '/invites', { role });
export const acceptInvite = (body: { token: string; name: string; email: string; password: string }) =>
  request<unknown>('POST', '/invites/accept', body);

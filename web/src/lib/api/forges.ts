import type {
  CommandAccepted,
  ForgeAppBegun,
  ForgeAppMade,
  ForgeAppPlan,
  ForgeBudgetView,
  ForgeLoginsView,
  ForgeRepositoriesAnswer,
  RemoteForge,
} from '@claude-codex/contracts';
import { request } from './client.ts';

/** `sealed`: the token, sealed to the server's key. It is looked at before it is kept. */
export const connectForge = (provider: RemoteForge, sealed: string) =>
  request<CommandAccepted>('PUT', `/forges/${provider}`, { sealed });
export const disconnectForge = (provider: RemoteForge) => request<CommandAccepted>('DELETE', `/forges/${provider}`);
/** Looks again whether the forge takes the token, and how much may still be asked there. */
export const testForge = (provider: RemoteForge) => request<ForgeBudgetView>('GET', `/forges/${provider}/budget`);
/** Repositories the connection sees, by a part of their name. */
export const findForgeRepositories = (provider: RemoteForge, text: string, signal?: AbortSignal) =>
  request<ForgeRepositoriesAnswer>('GET', `/forges/${provider}/repositories`, undefined, {
    query: { text },
    ...(signal === undefined ? {} : { signal }),
  });
/** Who gave commands in comments there, and which member each stands for. */
export const listForgeLogins = (provider: RemoteForge) => request<ForgeLoginsView>('GET', `/forges/${provider}/logins`);
/** `personId`: null for nobody. */
export const mapForgeLogin = (provider: RemoteForge, login: string, personId: string | null) =>
  request<CommandAccepted>('PUT', `/forges/${provider}/logins/${encodeURIComponent(login)}`, { personId });
/** What an app of the workspace would be called, and where it would be made. */
export const planForgeApp = (provider: RemoteForge) => request<ForgeAppPlan>('GET', `/forges/${provider}/app`);
/** `organization`: who is to own it there; null for whoever makes it. */
export const beginForgeApp = (provider: RemoteForge, name: string, organization: string | null) =>
  request<ForgeAppBegun>('POST', `/forges/${provider}/app`, { name, organization });
export const takeForgeApp = (provider: RemoteForge, state: string, code: string) =>
  request<ForgeAppMade>('POST', `/forges/${provider}/app/code`, { state, code });
export const connectForgeApp = (provider: RemoteForge, state: string, installationId: number) =>
  request<CommandAccepted>('POST', `/forges/${provider}/app/installation`, { state, installationId });

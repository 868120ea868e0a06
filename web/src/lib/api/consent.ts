import type { CommandAccepted, UnsandboxedAgentsView } from '@claude-codex/contracts';
import { request } from './client.ts';

export const getUnsandboxedAgents = () => request<UnsandboxedAgentsView>('GET', '/unsandboxed-agents');
export const allowUnsandboxedAgents = (exposure: string) =>
  request<CommandAccepted>('PUT', '/unsandboxed-agents', { exposure });
export const forbidUnsandboxedAgents = () => request<CommandAccepted>('DELETE', '/unsandboxed-agents');

import type { CommandAccepted } from '@claude-codex/contracts';
import { request } from './client.ts';

export const replyToThread = (id: string, body: string) =>
  request<CommandAccepted>('POST', `/threads/${id}/replies`, { body });
export const resolveThread = (id: string) => request<CommandAccepted>('PATCH', `/threads/${id}/resolve`);
export const sendThread = (id: string) => request<CommandAccepted>('POST', `/threads/${id}/send`);
export const unresolveThread = (id: string) => request<CommandAccepted>('PATCH', `/threads/${id}/unresolve`);

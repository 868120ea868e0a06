import type { CommandAccepted } from '@claude-codex/contracts';
import { request } from './client.ts';

/** `chosen`: places in the list, from 0. */
export const acceptIssues = (id: string, chosen: readonly number[]) =>
  request<CommandAccepted>('PATCH', `/issue-proposals/${id}/accept`, { chosen });
export const declineIssues = (id: string, reason: string) =>
  request<CommandAccepted>('PATCH', `/issue-proposals/${id}/decline`, { reason });

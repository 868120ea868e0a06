import type { CommandAccepted } from '@claude-codex/contracts';
import { request } from './client.ts';

export type Remember = 'task' | 'repository' | 'workspace';

export const answerQuestion = (id: string, choices: string[], text: string) =>
  request<CommandAccepted>('POST', `/questions/${id}/answer`, { choices, text });
export const secretsKey = () => request<{ publicKey: string }>('GET', '/secrets/key');
/** `sealed` is a libsodium sealed box in base64: the plain value never leaves the browser. */
export const provideDependency = (id: string, sealed: string, remember: Remember) =>
  request<CommandAccepted>('POST', `/dependencies/${id}/provide`, { sealed, remember });
export const declineDependency = (id: string, reason: string) =>
  request<CommandAccepted>('POST', `/dependencies/${id}/decline`, { reason });

import type { CommandAccepted, MergeStrategy } from '@claude-codex/contracts';
import { request } from './client.ts';

/**
 * Asks for the merge; it happens when its turn comes. `strategy`: left out, the first of ours that the repository allows.
 * `headSha`: what is shown; another commit is not merged.
 */
export const mergePullRequest = (id: string, strategy?: MergeStrategy, headSha?: string) =>
  request<CommandAccepted>('POST', `/pull-requests/${id}/merge`, { strategy, headSha });
/** Takes back the wish to merge, while its forge wants something before it merges. */
export const takeBackMerge = (id: string) => request<CommandAccepted>('DELETE', `/pull-requests/${id}/merge`);
/** Approved work goes back to the agent: to resolve conflicts, to put the check right, or to do what the text says. */
export const sendBack = (id: string, text: string) =>
  request<CommandAccepted>('POST', `/pull-requests/${id}/send-back`, { text });
/** Brings the base as it is now into the branch. */
export const updateFromBase = (id: string) => request<CommandAccepted>('POST', `/pull-requests/${id}/update`, {});
/** Asks again to open it at its forge, after that could not be done. */
export const publishPullRequest = (id: string) => request<CommandAccepted>('POST', `/pull-requests/${id}/publish`, {});
export const closePullRequest = (id: string) => request<CommandAccepted>('POST', `/pull-requests/${id}/close`, {});

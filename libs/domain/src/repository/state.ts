import type { RepositoryEvent } from '@claude-codex/contracts/events';
import type { FollowThrough } from '@claude-codex/contracts/pull-request/follow-through';
import type { RepositorySource } from '@claude-codex/contracts/repository/events';
import type { ForgeRules } from '@claude-codex/contracts/repository/forge-rules';
import type { IssueSettings } from '@claude-codex/contracts/repository/issue-settings';
import { skipUnknown } from '@claude-codex/eventing/decider';

export interface RepositoryFacts {
  name: string;
  source: RepositorySource;
  baseBranch: string | null;
  checkCommand: string | null;
  requireGreen: boolean;
  followThrough: FollowThrough;
  issues: IssueSettings;
  sendsThreads: boolean;
  /** What its forge allows; null: it is at none, or none was asked yet. */
  forgeRules: ForgeRules | null;
  /** As seen before it was connected. */
  defaultBranch: string | null;
  /** As found in the mirror; null until it was mirrored once. */
  mirror: { defaultBranch: string; headSha: string; branches: readonly string[] } | null;
  problem: { code: string; detail: string } | null;
}

export type RepositoryState =
  | { status: 'none' }
  | ({ status: 'connected' } & RepositoryFacts)
  | ({ status: 'removed' } & RepositoryFacts);

export const initialRepository: RepositoryState = { status: 'none' };

export function evolveRepository(state: RepositoryState, event: RepositoryEvent): RepositoryState {
  if (event.type === 'RepositoryConnected') {
    return { status: 'connected', ...event.data, forgeRules: null, mirror: null, problem: null };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'RepositoryMirrored':
      return { ...state, mirror: event.data, problem: null };
    case 'RepositoryUnavailable':
      return { ...state, problem: event.data };
    case 'RepositoryConfigured':
      return { ...state, ...event.data };
    case 'RepositoryRulesSeen':
      return { ...state, forgeRules: event.data };
    case 'RepositoryRemoved':
      return { ...state, status: 'removed' };
    case 'RepositoryRefreshRequested':
      return state;
    default:
      return skipUnknown(event, state);
  }
}

/** The branch tasks start from: the one set by a person, else the default branch of the mirror, else the one seen before. */
export function baseBranchOf(state: RepositoryState): string | null {
  if (state.status === 'none') return null;
  return state.baseBranch ?? state.mirror?.defaultBranch ?? state.defaultBranch;
}

/** Its first copy is still being made: nothing came of it yet, good or bad. */
export function isBeingCopied(state: RepositoryState): boolean {
  return state.status === 'connected' && state.mirror === null && state.problem === null;
}

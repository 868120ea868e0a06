import type { EventData, MergeStrategy, PullRequestEvent } from '@claude-codex/contracts';
import { skipUnknown } from '@claude-codex/eventing/decider';

export type PullRequestState =
  | { status: 'none' }
  /** `conflicts`: of the last merge that was tried. */
  | ({ status: 'open'; conflicts: readonly string[] } & EventData<'PullRequestOpened'>)
  | ({ status: 'closed' } & EventData<'PullRequestOpened'>)
  | ({ status: 'merging' | 'merged'; strategy: MergeStrategy } & EventData<'PullRequestOpened'>);

export const initialPullRequest: PullRequestState = { status: 'none' };

export function evolvePullRequest(state: PullRequestState, event: PullRequestEvent): PullRequestState {
  if (event.type === 'PullRequestOpened') return { status: 'open', conflicts: [], ...event.data };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'PullRequestMergeRequested':
      return { ...state, status: 'merging', strategy: event.data.strategy };
    case 'PullRequestMerged':
      return { ...state, status: 'merged', strategy: event.data.strategy };
    case 'PullRequestMergeFailed':
      return { ...state, status: 'open', conflicts: event.data.conflicts };
    case 'PullRequestClosed':
      return { ...state, status: 'closed' };
    default:
      return skipUnknown(event, state);
  }
}

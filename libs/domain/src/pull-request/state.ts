import type { EventData, MergeStrategy, PullRequestEvent } from '@claude-codex/contracts';
import { skipUnknown } from '@claude-codex/eventing/decider';

export type PullRequestState =
  | { status: 'none' }
  | ({ status: 'open' | 'closed' } & EventData<'PullRequestOpened'>)
  | ({ status: 'merging' | 'merged'; strategy: MergeStrategy } & EventData<'PullRequestOpened'>);

export const initialPullRequest: PullRequestState = { status: 'none' };

export function evolvePullRequest(state: PullRequestState, event: PullRequestEvent): PullRequestState {
  if (event.type === 'PullRequestOpened') return { status: 'open', ...event.data };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'PullRequestMergeRequested':
      return { ...state, status: 'merging', strategy: event.data.strategy };
    case 'PullRequestMerged':
      return { ...state, status: 'merged', strategy: event.data.strategy };
    case 'PullRequestMergeFailed':
      return { ...state, status: 'open' };
    case 'PullRequestClosed':
      return { ...state, status: 'closed' };
    default:
      return skipUnknown(event, state);
  }
}

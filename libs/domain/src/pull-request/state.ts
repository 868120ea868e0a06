import type { EventData, PullRequestEvent } from '@claude-codex/contracts/events';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import { skipUnknown } from '@claude-codex/eventing/decider';

export type PullRequestState =
  | { status: 'none' }
  /** `conflicts`: of the last merge that was tried. `updated`: its head is a merge of ours that no check looked at. */
  | ({ status: 'open'; conflicts: readonly string[]; updated: boolean } & EventData<'PullRequestOpened'>)
  | ({ status: 'updating'; updated: boolean } & EventData<'PullRequestOpened'>)
  | ({ status: 'closed' } & EventData<'PullRequestOpened'>)
  | ({ status: 'merging' | 'merged'; strategy: MergeStrategy; updated?: boolean } & EventData<'PullRequestOpened'>);

export const initialPullRequest: PullRequestState = { status: 'none' };

export function evolvePullRequest(state: PullRequestState, event: PullRequestEvent): PullRequestState {
  if (event.type === 'PullRequestOpened') return { status: 'open', conflicts: [], updated: false, ...event.data };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'PullRequestMergeRequested':
      return { ...state, status: 'merging', strategy: event.data.strategy };
    case 'PullRequestMerged':
      return { ...state, status: 'merged', strategy: event.data.strategy };
    case 'PullRequestMergeFailed':
      return { ...state, status: 'open', conflicts: event.data.conflicts, updated: isUpdated(state) };
    case 'PullRequestUpdateRequested':
      return { ...state, status: 'updating', updated: isUpdated(state) };
    case 'PullRequestUpdated': {
      const updated = isUpdated(state) || event.data.changes !== null;
      return { ...state, status: 'open', conflicts: [], updated, headSha: event.data.headSha };
    }
    case 'PullRequestClosed':
      return { ...state, status: 'closed' };
    default:
      return skipUnknown(event, state);
  }
}

function isUpdated(state: PullRequestState): boolean {
  return 'updated' in state && state.updated === true;
}

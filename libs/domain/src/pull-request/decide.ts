import type { EventData, PullRequestEvent } from '@claude-codex/contracts/events';
import { FORGES, type ForgeFacts } from '@claude-codex/contracts/forge';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolvePullRequest, initialPullRequest, type PullRequestState } from './state.ts';

export type PullRequestCommand =
  | ({ type: 'OpenPullRequest' } & Omit<EventData<'PullRequestOpened'>, 'number' | 'url'>)
  /** `headSha`: what whoever asks has looked at; left out by those who look at the newest. */
  | { type: 'RequestMerge'; strategy: MergeStrategy; headSha?: string | undefined }
  | { type: 'RecordMerge'; mergeSha: string; strategy: MergeStrategy }
  | ({ type: 'RecordMergeFailure' } & EventData<'PullRequestMergeFailed'>)
  | { type: 'RequestUpdate' }
  | ({ type: 'RecordUpdate' } & EventData<'PullRequestUpdated'>)
  | { type: 'ClosePullRequest'; reason: string };

export function decidePullRequest(command: PullRequestCommand, state: PullRequestState): PullRequestEvent[] {
  if (command.type === 'OpenPullRequest') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'PullRequestOpened', data: { ...data, number: null, url: null } }] : [];
  }
  if (state.status === 'none') return refuse('PULL_REQUEST_NOT_FOUND');
  switch (command.type) {
    case 'RequestMerge':
      refuseWhileBusy(state);
      if (state.status !== 'open') refuse('PULL_REQUEST_NOT_OPEN', { status: state.status });
      refuseUnlessPossible(state, 'merge');
      if (command.headSha !== undefined && command.headSha !== state.headSha) {
        refuse('PULL_REQUEST_HEAD_MOVED', { headSha: state.headSha });
      }
      return [{ type: 'PullRequestMergeRequested', data: { strategy: command.strategy } }];
    case 'RecordMerge':
      // A forge may report a merge nobody asked us for, and report it again.
      if (state.status === 'merged') return [];
      return [{ type: 'PullRequestMerged', data: { mergeSha: command.mergeSha, strategy: command.strategy } }];
    case 'RecordMergeFailure': {
      const { type: _type, ...data } = command;
      return isBusy(state) ? [{ type: 'PullRequestMergeFailed', data }] : [];
    }
    case 'RequestUpdate':
      refuseWhileBusy(state);
      if (state.status !== 'open') refuse('PULL_REQUEST_NOT_OPEN', { status: state.status });
      refuseUnlessPossible(state, 'update');
      return [{ type: 'PullRequestUpdateRequested', data: {} }];
    case 'RecordUpdate': {
      const { type: _type, ...data } = command;
      return state.status === 'updating' ? [{ type: 'PullRequestUpdated', data }] : [];
    }
    case 'ClosePullRequest':
      if (state.status === 'closed') return [];
      if (state.status === 'merged') refuse('PULL_REQUEST_NOT_OPEN', { status: state.status });
      refuseWhileBusy(state);
      return [{ type: 'PullRequestClosed', data: { reason: command.reason } }];
    default:
      return unknownCommand(command);
  }
}

/** Something is being done with it whose outcome nobody knows yet. */
function isBusy({ status }: PullRequestState): boolean {
  return status === 'merging' || status === 'updating';
}

function refuseWhileBusy(state: PullRequestState): void {
  if (isBusy(state)) refuse('PULL_REQUEST_MERGING');
}

/** Nobody would carry it out, and the pull request would wait for ever. */
function refuseUnlessPossible({ provider }: EventData<'PullRequestOpened'>, feature: keyof ForgeFacts['can']): void {
  if (!FORGES[provider].can[feature]) refuse('FORGE_ACTS_ITSELF', { provider, feature });
}

export const pullRequestDecider: Decider<PullRequestState, PullRequestCommand, PullRequestEvent> = {
  initialState: initialPullRequest,
  evolve: evolvePullRequest,
  decide: decidePullRequest,
};

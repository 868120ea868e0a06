import type { EventData, PullRequestEvent } from '@claude-codex/contracts/events';
import { FORGES } from '@claude-codex/contracts/forge';
import { type MergeStrategy, REMARK_LIMITS } from '@claude-codex/contracts/pull-request/events';
import type { Decider } from '@claude-codex/eventing/decider';
import { refuse, unknownCommand } from '../refuse.ts';
import { evolvePullRequest, initialPullRequest, type KnownPullRequest, type PullRequestState } from './state.ts';

export type PullRequestCommand =
  | ({ type: 'OpenPullRequest' } & Omit<EventData<'PullRequestOpened'>, 'number' | 'url'>)
  /** `headSha`: what whoever asks has looked at; left out by those who look at the newest. */
  | { type: 'RequestMerge'; strategy: MergeStrategy; headSha?: string | undefined }
  | { type: 'TakeBackMerge' }
  | { type: 'RecordMerge'; mergeSha: string; strategy: MergeStrategy }
  | ({ type: 'RecordMergeFailure' } & EventData<'PullRequestMergeFailed'>)
  | { type: 'RequestUpdate' }
  | ({ type: 'RecordUpdate' } & EventData<'PullRequestUpdated'>)
  /** Where it stands at a forge it is closed there too, unless it is already or what comes next takes its place. */
  | { type: 'ClosePullRequest'; reason: string; atForge?: 'closed' | 'stays_open' }
  /** `left`: it stays there as it is, because nobody may act there any more. */
  | { type: 'RecordWithdrawn'; left?: boolean }
  | ({ type: 'RecordEdit' } & EventData<'PullRequestEdited'>)
  | ({ type: 'RecordReopened' } & EventData<'PullRequestReopened'>)
  | ({ type: 'RecordPublished' } & EventData<'PullRequestPublished'>)
  | ({ type: 'RecordPublishFailure' } & EventData<'PullRequestPublishFailed'>)
  | { type: 'RequestPublish' }
  | ({ type: 'RecordChecks' } & EventData<'PullRequestChecked'>)
  | ({ type: 'RecordJudgement' } & EventData<'PullRequestJudged'>)
  | ({ type: 'RecordReview' } & EventData<'PullRequestReviewed'>)
  | ({ type: 'RecordComment' } & EventData<'PullRequestCommented'>)
  | ({ type: 'StopFollowThrough' } & EventData<'PullRequestFollowThroughStopped'>);

export function decidePullRequest(command: PullRequestCommand, state: PullRequestState): PullRequestEvent[] {
  if (command.type === 'OpenPullRequest') {
    const { type: _type, ...data } = command;
    return state.status === 'none' ? [{ type: 'PullRequestOpened', data: { ...data, number: null, url: null } }] : [];
  }
  if (state.status === 'none') return refuse('PULL_REQUEST_NOT_FOUND');
  switch (command.type) {
    case 'RequestMerge':
      refuseWhileBusy(state);
      // Whoever approves wishes to merge before it can stand anywhere.
      if (state.status !== 'open' && state.status !== 'publishing')
        refuse('PULL_REQUEST_NOT_OPEN', { status: state.status });
      if (command.headSha !== undefined && command.headSha !== state.headSha) {
        refuse('PULL_REQUEST_HEAD_MOVED', { headSha: state.headSha });
      }
      return [{ type: 'PullRequestMergeRequested', data: { strategy: command.strategy } }];
    case 'TakeBackMerge':
      // Where it is merged at this very moment, that is what is recorded in the end.
      if (state.status === 'merging') return [{ type: 'PullRequestMergeTakenBack', data: {} }];
      return isOver(state) ? refuse('PULL_REQUEST_NOT_OPEN', { status: state.status }) : [];
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
      return [{ type: 'PullRequestUpdateRequested', data: {} }];
    case 'RecordUpdate': {
      const { type: _type, ...data } = command;
      return state.status === 'updating' ? [{ type: 'PullRequestUpdated', data }] : [];
    }
    case 'ClosePullRequest': {
      // What only made way for more work still stands there, until it is closed for good.
      const madeWay = state.status === 'closed' && state.atForge === 'stays_open' && command.atForge !== 'stays_open';
      if (state.status === 'closed' && !madeWay) return [];
      if (state.status === 'merged') refuse('PULL_REQUEST_NOT_OPEN', { status: state.status });
      // What its forge closed is closed, whatever was asked of it meanwhile.
      if (command.atForge !== 'closed') refuseWhileBusy(state);
      const atForge = command.atForge ?? 'to_close';
      const data = { reason: command.reason, atForge: FORGES[state.provider].publishes ? atForge : 'closed' } as const;
      return [{ type: 'PullRequestClosed', data }];
    }
    case 'RecordWithdrawn':
      return state.status === 'closed' && state.atForge === 'to_close'
        ? [{ type: 'PullRequestWithdrawn', data: { left: command.left ?? false } }]
        : [];
    case 'RecordEdit': {
      const { title, draft, baseBranch } = command;
      const { baseThere = state.baseBranch } = state;
      const isNews = title !== state.title || draft !== state.draft || baseBranch !== baseThere;
      return isNews && !isOver(state) ? [{ type: 'PullRequestEdited', data: { title, draft, baseBranch } }] : [];
    }
    case 'RecordReopened': {
      const { why } = command;
      // What only made way is open there all along, and what is to be closed there will be.
      if (state.status !== 'closed' || state.atForge !== 'closed' || state.number === null) return [];
      return why !== null && why === state.notTakenUp ? [] : [{ type: 'PullRequestReopened', data: { why } }];
    }
    case 'RecordPublished': {
      const { number, url } = command;
      return state.number === number && state.url === url
        ? []
        : [{ type: 'PullRequestPublished', data: { number, url } }];
    }
    case 'RecordPublishFailure': {
      const { code, detail } = command;
      const isWaitedFor = state.number === null && (state.status === 'publishing' || isBusy(state));
      return isWaitedFor ? [{ type: 'PullRequestPublishFailed', data: { code, detail } }] : [];
    }
    case 'RequestPublish':
      if (state.status === 'publishing') return [];
      if (state.status !== 'unpublished') refuse('PULL_REQUEST_NOT_OPEN', { status: state.status });
      return [{ type: 'PullRequestPublishRequested', data: {} }];
    case 'RecordChecks': {
      const { type: _type, ...data } = command;
      const isNews = state.checked === undefined || !isSame(data, state.checked);
      return isNews && !isOver(state) ? [{ type: 'PullRequestChecked', data }] : [];
    }
    case 'RecordJudgement': {
      const { headSha, readiness, why } = command;
      const { judged } = state;
      const isNews = judged?.headSha !== headSha || judged.readiness !== readiness || judged.why.join() !== why.join();
      return isNews && !isOver(state) ? [{ type: 'PullRequestJudged', data: { headSha, readiness, why } }] : [];
    }
    case 'RecordReview': {
      const { type: _type, ...data } = command;
      return isRemarkWanted(state, data) ? [{ type: 'PullRequestReviewed', data }] : [];
    }
    case 'RecordComment': {
      const { type: _type, ...data } = command;
      return isRemarkWanted(state, data) ? [{ type: 'PullRequestCommented', data }] : [];
    }
    case 'StopFollowThrough': {
      const { type: _type, ...data } = command;
      const isNews = state.stopped?.why !== data.why || state.stopped.over !== data.over;
      return isNews && state.status === 'open' ? [{ type: 'PullRequestFollowThroughStopped', data }] : [];
    }
    default:
      return unknownCommand(command);
  }
}

type Checked = EventData<'PullRequestChecked'>;
type Check = Checked['checks'][number];

/** Stored data come back with their keys in another order, so they are not compared as text. */
function isSame(a: Checked, b: Checked): boolean {
  const sameChecks = a.checks.every((check, index) => {
    const other = b.checks[index];
    if (other?.name !== check.name || other.verdict !== check.verdict || other.url !== check.url) return false;
    return !saysMore(check, other);
  });
  return a.headSha === b.headSha && a.verdict === b.verdict && a.checks.length === b.checks.length && sameChecks;
}

/** A report that cannot be had this time takes nothing from the one there is. */
function saysMore({ report }: Check, before: Check): boolean {
  if (report === null) return false;
  if (before.report === null) return true;
  return report.from !== 'nowhere' && report.text !== before.report.text;
}

/** Each once, however often its forge shows it, and none of what is over. */
function isRemarkWanted(state: KnownPullRequest, { id }: { readonly id: string }): boolean {
  const { remarks = [] } = state;
  if (isOver(state) || remarks.length >= REMARK_LIMITS.recorded) return false;
  return !remarks.some((remark) => remark.id === id);
}

function isOver({ status }: KnownPullRequest): boolean {
  return status === 'closed' || status === 'merged';
}

/** Something is being done with it whose outcome nobody knows yet. */
function isBusy({ status }: PullRequestState): boolean {
  return status === 'merging' || status === 'updating';
}

function refuseWhileBusy(state: PullRequestState): void {
  if (isBusy(state)) refuse('PULL_REQUEST_MERGING');
}

export const pullRequestDecider: Decider<PullRequestState, PullRequestCommand, PullRequestEvent> = {
  initialState: initialPullRequest,
  evolve: evolvePullRequest,
  decide: decidePullRequest,
};

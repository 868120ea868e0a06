import type { EventData, PullRequestEvent } from '@claude-codex/contracts/events';
import { FORGES } from '@claude-codex/contracts/forge';
import type { ForgeCheck, MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import { skipUnknown } from '@claude-codex/eventing/decider';
import { isStillStopped } from './still-stopped.ts';

/** What somebody said of it at its forge. `verdict`: null for what is no review. */
export type Remark = EventData<'PullRequestCommented'> & {
  readonly verdict: EventData<'PullRequestReviewed'>['verdict'] | null;
  readonly comments: EventData<'PullRequestReviewed'>['comments'];
};

/**
 * `checked`: what the forge said of a commit last. `remarks`: what people said of it there, absent as long as nobody did.
 * `standsAt`: the commit its branch stood at there last. `stopped`: it does not go back by itself. `baseThere`: where it goes
 * at its forge since somebody edited it there. `judged`: whether its forge would merge it, as it said last.
 */
type Opened = EventData<'PullRequestOpened'> & {
  readonly checked?: EventData<'PullRequestChecked'>;
  readonly remarks?: readonly Remark[];
  readonly standsAt?: string;
  readonly stopped?: EventData<'PullRequestFollowThroughStopped'> | null;
  readonly baseThere?: string;
  readonly judged?: EventData<'PullRequestJudged'>;
};

export type PullRequestState =
  | { status: 'none' }
  /** Not at its forge yet; `unpublished`: it did not take it, and a person decides. */
  | ({ status: 'publishing' | 'unpublished'; conflicts: readonly string[]; updated: boolean } & Opened)
  /** `conflicts`: of the last merge that was tried. `updated`: its head is a merge of ours that no check looked at. */
  | ({ status: 'open'; conflicts: readonly string[]; updated: boolean } & Opened)
  | ({ status: 'updating'; updated: boolean } & Opened)
  /**
   * `atForge`: whether it is still to be closed there. `left`: nobody may act there any more. `notTakenUp`: why its work did
   * not go on when it was opened again there.
   */
  | ({
      status: 'closed';
      atForge: EventData<'PullRequestClosed'>['atForge'];
      left?: boolean;
      notTakenUp?: string | null;
    } & Opened)
  | ({ status: 'merging' | 'merged'; strategy: MergeStrategy; updated?: boolean } & Opened);

export type KnownPullRequest = Exclude<PullRequestState, { status: 'none' }>;

export const initialPullRequest: PullRequestState = { status: 'none' };

export function evolvePullRequest(state: PullRequestState, event: PullRequestEvent): PullRequestState {
  if (event.type === 'PullRequestOpened') {
    const { publishes } = FORGES[event.data.provider];
    return { status: publishes ? 'publishing' : 'open', conflicts: [], updated: false, ...event.data };
  }
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'PullRequestPublished': {
      const { number, url } = event.data;
      return state.status === 'publishing' || state.status === 'unpublished'
        ? { ...state, status: 'open', number, url }
        : { ...state, number, url };
    }
    case 'PullRequestPublishFailed':
      return { ...state, status: 'unpublished', conflicts: [], updated: isUpdated(state) };
    case 'PullRequestPublishRequested':
      return { ...state, status: 'publishing', conflicts: [], updated: isUpdated(state) };
    case 'PullRequestMergeRequested':
      return { ...state, status: 'merging', strategy: event.data.strategy };
    case 'PullRequestMerged':
      return { ...state, status: 'merged', strategy: event.data.strategy };
    case 'PullRequestMergeFailed':
      return { ...state, status: standing(state), conflicts: event.data.conflicts, updated: isUpdated(state) };
    case 'PullRequestMergeTakenBack':
      return { ...state, status: standing(state), conflicts: [], updated: isUpdated(state) };
    case 'PullRequestJudged':
      return { ...state, judged: event.data };
    case 'PullRequestUpdateRequested':
      return { ...state, status: 'updating', updated: isUpdated(state) };
    case 'PullRequestUpdated': {
      const updated = isUpdated(state) || event.data.changes !== null;
      return {
        ...state,
        status: 'open',
        conflicts: [],
        updated,
        headSha: event.data.headSha,
        standsAt: event.data.headSha,
      };
    }
    case 'PullRequestClosed':
      return { ...state, status: 'closed', atForge: event.data.atForge };
    case 'PullRequestWithdrawn':
      return state.status === 'closed' ? { ...state, atForge: 'closed', left: event.data.left } : state;
    case 'PullRequestEdited': {
      const { title, draft, baseBranch } = event.data;
      return { ...state, title, draft, baseThere: baseBranch };
    }
    case 'PullRequestReopened':
      return reopened(state, event.data);
    case 'PullRequestChecked':
      return { ...state, checked: event.data, standsAt: event.data.headSha, stopped: stoppedAfter(state, event.data) };
    case 'PullRequestReviewed': {
      const { headSha, ...remark } = event.data;
      const remarks = [...(state.remarks ?? []), remark];
      return headSha === null ? { ...state, remarks } : { ...state, remarks, standsAt: headSha };
    }
    case 'PullRequestCommented':
      return { ...state, remarks: [...(state.remarks ?? []), { ...event.data, verdict: null, comments: [] }] };
    case 'PullRequestFollowThroughStopped':
      return { ...state, stopped: event.data };
    default:
      return skipUnknown(event, state);
  }
}

function reopened(state: KnownPullRequest, { why }: EventData<'PullRequestReopened'>): PullRequestState {
  if (state.status !== 'closed') return state;
  if (why !== null) return { ...state, notTakenUp: why };
  const { atForge: _atForge, left: _left, notTakenUp: _notTakenUp, ...known } = state;
  return { ...known, status: 'open', conflicts: [], updated: isUpdated(state) };
}

function stoppedAfter({ stopped = null, headSha }: Opened, checked: EventData<'PullRequestChecked'>) {
  return stopped !== null && isStillStopped(stopped, checked, headSha) ? stopped : null;
}

/** A merge that failed before the change stood at its forge leaves it to be published. */
function standing({ provider, number }: Opened): 'open' | 'publishing' {
  return FORGES[provider].publishes && number === null ? 'publishing' : 'open';
}

/** Whether its head is a merge of ours that no check looked at. */
export function isUpdated(state: PullRequestState): boolean {
  return 'updated' in state && state.updated === true;
}

/** What ran for this commit at its forge, as far as that said so last; what it said of another is nothing of this one. */
export function checksOf({ checked }: KnownPullRequest, sha: string): readonly ForgeCheck[] {
  return checked?.headSha === sha ? checked.checks : [];
}

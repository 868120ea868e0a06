import {
  type EventData,
  idOf,
  type PullRequestView,
  type pullRequestEvents,
  type RecordedEvent,
  type TaskView,
} from '@claude-codex/contracts';
import { type ForgeRemark, REMARKS_SHOWN } from '@claude-codex/contracts/api/views/pull-request';
import { FORGES } from '@claude-codex/contracts/forge';
import { isStillStopped } from '@claude-codex/domain/pull-request/still-stopped';
import type { Facts } from './facts.ts';

/** How the change gets into the base branch. A task shows its newest pull request. */
export const pullRequestFacts: Facts<keyof typeof pullRequestEvents> = {
  PullRequestOpened(view, { data, stream, at }) {
    const before = view.pullRequest?.branch === data.branch ? view.pullRequest.remarks : [];
    const pullRequest: PullRequestView = {
      id: idOf(stream),
      ...data,
      status: FORGES[data.provider].publishes ? 'publishing' : 'open',
      mergeSha: null,
      strategy: null,
      problem: null,
      checks: null,
      judged: null,
      remarks: before,
      stopped: null,
      openedAt: at,
      mergedAt: null,
    };
    return { ...view, pullRequest };
  },
  PullRequestPublished(view, event) {
    const { number, url } = event.data;
    const waited = view.pullRequest?.status === 'publishing' || view.pullRequest?.status === 'unpublished';
    return change(view, event, { number, url, ...(waited && { status: 'open', problem: null }) });
  },
  PullRequestPublishFailed: (view, event) =>
    change(view, event, { status: 'unpublished', problem: { ...event.data, conflicts: [] } }),
  PullRequestPublishRequested: (view, event) => change(view, event, { status: 'publishing', problem: null }),
  PullRequestChecked: (view, event) =>
    change(view, event, { checks: event.data, stopped: stoppedAfter(view.pullRequest, event.data) }),
  PullRequestJudged: (view, event) => change(view, event, { judged: event.data }),
  PullRequestReviewed(view, event) {
    const { headSha: _headSha, ...said } = event.data;
    return remark(view, event, said);
  },
  PullRequestCommented: (view, event) => remark(view, event, { ...event.data, verdict: null, comments: [] }),
  PullRequestFollowThroughStopped: (view, event) => change(view, event, { stopped: event.data }),
  PullRequestWithdrawn: (view) => view,
  PullRequestEdited: (view, event) => change(view, event, event.data),
  PullRequestReopened: (view, event) => change(view, event, event.data.why === null ? { status: 'open' } : {}),
  PullRequestMergeRequested: (view, event) =>
    change(view, event, { status: 'merging', strategy: event.data.strategy, problem: null }),
  PullRequestMergeTakenBack: (view, event) =>
    change(view, event, { status: statusUnmerged(view), strategy: null, problem: null }),
  PullRequestMerged: (view, event) =>
    change(view, event, {
      status: 'merged',
      mergeSha: event.data.mergeSha,
      strategy: event.data.strategy,
      mergedAt: event.at,
      problem: null,
    }),
  PullRequestMergeFailed: (view, event) => change(view, event, { status: statusUnmerged(view), problem: event.data }),
  PullRequestUpdateRequested: (view, event) => change(view, event, { status: 'updating', problem: null }),
  PullRequestUpdated(view, event) {
    const { headSha, changes } = event.data;
    const updated = change(view, event, { status: 'open', headSha });
    if (updated === view || changes === null) return updated;
    // The check looked at the work as it was before.
    const evidence = view.evidence === null ? null : { ...view.evidence, check: null };
    return { ...updated, changes, evidence };
  },
  PullRequestClosed: (view, event) => change(view, event, { status: 'closed' }),
};

/** As the rules have it: what stands nowhere yet is published first. */
function statusUnmerged({ pullRequest }: TaskView): 'publishing' | 'open' {
  return pullRequest?.number === null && FORGES[pullRequest.provider].publishes ? 'publishing' : 'open';
}

function stoppedAfter(pullRequest: PullRequestView | null, checked: EventData<'PullRequestChecked'>) {
  const stopped = pullRequest?.stopped ?? null;
  return pullRequest !== null && stopped !== null && isStillStopped(stopped, checked, pullRequest.headSha)
    ? stopped
    : null;
}

function remark(view: TaskView, event: RecordedEvent, said: ForgeRemark): TaskView {
  const before = view.pullRequest?.remarks ?? [];
  return change(view, event, { remarks: [...before, said].slice(-REMARKS_SHOWN) });
}

function change(view: TaskView, { stream }: RecordedEvent, changes: Partial<PullRequestView>): TaskView {
  const { pullRequest } = view;
  if (pullRequest === null || pullRequest.id !== idOf(stream)) return view;
  return { ...view, pullRequest: { ...pullRequest, ...changes } };
}

import { streamOf } from '@claude-codex/contracts/ids';
import type { AutomaticRound } from '@claude-codex/contracts/pull-request/follow-through';
import type { ReopenReason } from '@claude-codex/contracts/task/events';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { decidePullRequest, type PullRequestState, pullRequestDecider } from '../pull-request/index.ts';
import { refuse } from '../refuse.ts';
import { failedChecksText } from '../said/failed-checks-text.ts';
import { remarksText } from '../said/remarks-text.ts';
import { decideTask, taskDecider } from '../task/index.ts';
import { checkOf } from './merge-rules.ts';

type KnownPullRequest = Exclude<PullRequestState, { status: 'none' }>;

/**
 * Approved work goes back to the agent: its pull request closes and its last phase opens again, in one append. What is
 * approved after that gets a pull request of its own. The reason is the last failure of the merge, else the check that
 * did not pass, here or at its forge, else what people say, there or here. `automatic`: nobody sent it.
 */
export async function sendBack(
  load: Load,
  { pullRequestId, text, automatic = null }: { pullRequestId: string; text: string; automatic?: AutomaticRound | null },
): Promise<StreamWrite[]> {
  const stream = streamOf('pullrequest', pullRequestId);
  const { state: pullRequest } = await load(stream, pullRequestDecider);
  if (pullRequest.status === 'none') return refuse('PULL_REQUEST_NOT_FOUND');
  const closed = decidePullRequest(
    { type: 'ClosePullRequest', reason: 'Its work goes back to the agent.', atForge: 'stays_open' },
    pullRequest,
  );
  if (closed.length === 0) refuse('PULL_REQUEST_NOT_OPEN', { status: pullRequest.status });
  const conflicts = pullRequest.status === 'open' ? [...pullRequest.conflicts] : [];

  const task = streamOf('task', pullRequest.taskId);
  const { state } = await load(task, taskDecider);
  const unchecked = pullRequest.status === 'open' && pullRequest.updated;
  const green = state.status !== 'none' && checkOf(state) === 'passed' && !unchecked;
  const failing = failingThere(pullRequest);
  const said = remarksText(pullRequest.remarks ?? [], pullRequest.provider);
  const wished = text.trim() !== '' || said !== null;
  const conflicted = conflicts.length > 0;
  const reason =
    automatic !== null && !conflicted ? 'forge' : reasonFor({ wished, conflicted, green: green && failing === null });
  const detail = [failing ?? '', said ?? '', text.trim()].filter((part) => part !== '').join('\n\n');
  const reopened = decideTask({ type: 'ReopenPhase', reason, detail, conflicts, automatic }, state);
  return [
    { stream: task, events: reopened },
    { stream, events: closed },
  ];
}

/** The checks that failed at its forge, of the commit that stands there. */
function failingThere({ checked, headSha, provider }: KnownPullRequest): string | null {
  if (checked?.verdict !== 'failed' || checked.headSha !== headSha) return null;
  const failed = checked.checks.filter(({ verdict }) => verdict === 'failed');
  return failedChecksText(failed, provider);
}

function reasonFor({
  wished,
  conflicted,
  green,
}: {
  wished: boolean;
  conflicted: boolean;
  green: boolean;
}): ReopenReason {
  if (conflicted) return 'conflict';
  return !green && !wished ? 'check' : 'person';
}

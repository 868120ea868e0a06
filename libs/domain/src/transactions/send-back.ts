import { streamOf } from '@claude-codex/contracts/ids';
import type { AutomaticRound } from '@claude-codex/contracts/pull-request/follow-through';
import type { ReopenReason } from '@claude-codex/contracts/task/events';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import {
  checksOf,
  decidePullRequest,
  isUpdated,
  type KnownPullRequest,
  pullRequestDecider,
} from '../pull-request/index.ts';
import { refuse } from '../refuse.ts';
import { failedChecksText } from '../said/failed-checks-text.ts';
import { remarksText } from '../said/remarks-text.ts';
import { decideTask, taskDecider } from '../task/index.ts';
import { checkOf } from './merge-rules.ts';

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
  // What our own merge of the base made was looked at by no check.
  const green = state.status !== 'none' && checkOf(state) === 'passed' && !isUpdated(pullRequest);
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

/** The checks that failed at its forge, of the commit its agent has: not of one before, nor of what somebody pushed there. */
function failingThere(pullRequest: KnownPullRequest): string | null {
  if (pullRequest.checked?.verdict !== 'failed') return null;
  const failed = checksOf(pullRequest, pullRequest.headSha).filter(({ verdict }) => verdict === 'failed');
  return failed.length === 0 ? null : failedChecksText(failed, pullRequest.provider);
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

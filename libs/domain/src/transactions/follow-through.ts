import { streamOf } from '@claude-codex/contracts/ids';
import type { ForgeCheck } from '@claude-codex/contracts/pull-request/events';
import type { AutomaticRound, FollowCause, FollowStop } from '@claude-codex/contracts/pull-request/follow-through';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import {
  checksOf,
  decidePullRequest,
  type PullRequestState,
  pullRequestDecider,
  type Remark,
} from '../pull-request/index.ts';
import { repositoryDecider } from '../repository/index.ts';
import { currentPhase, type TaskFacts, taskDecider } from '../task/index.ts';
import { failureSignature } from './failure-signature.ts';
import { sendBack } from './send-back.ts';

type Open = Extract<PullRequestState, { status: 'open' }>;

/** What is to be put right, as far as its forge has told all of it. */
interface Fault {
  readonly over: FollowCause;
  readonly failed: readonly ForgeCheck[];
  readonly signature: string | null;
}

/**
 * Approved work goes back to its agent by itself when its forge finds fault with it, or stops doing so and says why. By
 * how things stand now, whatever event it is asked for: nothing for what is merged, closed, under way again or paused,
 * where nobody wants it, and while checks run. Each round closes its pull request here, so a fault leads to one.
 *
 * @param hash the same for the same text, and short
 */
export async function followThrough(
  load: Load,
  { pullRequestId, hash }: { pullRequestId: string; hash: (text: string) => string },
): Promise<StreamWrite[]> {
  const stream = streamOf('pullrequest', pullRequestId);
  const { state: pullRequest } = await load(stream, pullRequestDecider);
  if (pullRequest.status !== 'open') return [];
  const { state: task } = await load(streamOf('task', pullRequest.taskId), taskDecider);
  // Also when it is draft, queued, paused or has ended.
  if (task.status !== 'running' || currentPhase(task) !== null) return [];
  const { state: repository } = await load(streamOf('repository', pullRequest.repositoryId), repositoryDecider);
  if (repository.status !== 'connected' || !repository.followThrough.automatic) return [];
  const fault = faultOf(pullRequest, hash);
  // Shortly after a push a forge may still tell of the commit before.
  if (fault === null || standsElsewhere(pullRequest, task) === 'before') return [];

  const { rounds } = repository.followThrough;
  const why = stopOf(pullRequest, task, { fault, rounds });
  if (why !== null) {
    const detail = STOPPED[why](pullRequest, fault, rounds);
    const events = decidePullRequest({ type: 'StopFollowThrough', why, over: fault.over, detail }, pullRequest);
    return [{ stream, events }];
  }
  const { over, signature } = fault;
  const automatic: AutomaticRound = { over, round: (task.automatic?.round ?? 0) + 1, of: rounds, signature };
  return sendBack(load, { pullRequestId, text: '', automatic });
}

/** What a review asks for goes at once; checks are waited for until none runs, so that one round is for all of them. */
function faultOf(pullRequest: Open, hash: (text: string) => string): Fault | null {
  const { headSha, standsAt = headSha, remarks = [] } = pullRequest;
  // Also of what somebody pushed: then it stops, and says so.
  const checks = checksOf(pullRequest, standsAt);
  const failed = checks.filter(({ verdict }) => verdict === 'failed');
  const signature = failed.length === 0 ? null : hash(failureSignature(failed));
  if (remarks.some(demands)) return { over: 'review', failed, signature };
  const isRunning = checks.some(({ verdict }) => verdict === 'pending');
  return signature === null || isRunning ? null : { over: 'checks', failed, signature };
}

/** Of those who may write there alone: of a public repository anybody may say anything. */
function demands({ mayWrite, verdict, comments }: Remark): boolean {
  if (!mayWrite || verdict === null || verdict === 'dismissed') return false;
  return verdict === 'changes_requested' || comments.length > 0;
}

function stopOf(
  pullRequest: Open,
  { automatic, ...task }: TaskFacts,
  { fault, rounds }: { fault: Fault; rounds: number },
): FollowStop | null {
  if (standsElsewhere(pullRequest, task) === 'pushed') return 'pushed_there';
  if (fault.over === 'checks' && fault.signature === automatic?.signature) return 'same_failure';
  return (automatic?.round ?? 0) >= rounds ? 'rounds' : null;
}

/** `before`: at a commit of ours that another one took the place of. `pushed`: at one that is not ours. */
function standsElsewhere(
  { headSha, standsAt = headSha }: Open,
  { heads }: Pick<TaskFacts, 'heads'>,
): 'before' | 'pushed' | null {
  if (standsAt === headSha) return null;
  return heads.includes(standsAt) ? 'before' : 'pushed';
}

/** For people, on its card and at its forge. */
const STOPPED: Readonly<Record<FollowStop, (pullRequest: Open, fault: Fault, rounds: number) => string>> = {
  rounds: (_pullRequest, _fault, rounds) =>
    `The agent went back to it ${rounds === 1 ? 'once' : `${rounds} times`} by itself, as often as this repository allows, and something is still at fault.`,
  same_failure: (_pullRequest, { failed }) =>
    `After a round of the agent the same fails in the same way: ${failed.map(({ name }) => name).join(', ')}.`,
  pushed_there: ({ standsAt: theirSha = '' }) =>
    `Somebody pushed ${theirSha.slice(0, 8)} to its branch, which the agent does not have. Update takes it into the work; then it can go back.`,
};

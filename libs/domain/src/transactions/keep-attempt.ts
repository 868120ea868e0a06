import { streamOf } from '@claude-codex/contracts/ids';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { refuse } from '../refuse.ts';
import { decideReview, reviewDecider } from '../review/index.ts';
import { attemptsUnderWay, currentPhase, decideTask, OTHER_KEPT, type PhaseState, taskDecider } from '../task/index.ts';

/**
 * Keeps the work of one attempt, and with it withdraws the reviews of the others in the same append: whoever decides about
 * one of those in the same moment learns that, and is not told that it counts.
 */
export async function chooseAttempt(
  load: Load,
  { taskId, instanceId }: { taskId: string; instanceId: string },
): Promise<StreamWrite[]> {
  const stream = streamOf('task', taskId);
  const { state } = await load(stream, taskDecider);
  const events = decideTask({ type: 'ChooseAttempt', instanceId }, state);
  const phase = state.status === 'none' ? null : currentPhase(state);
  if (events.length === 0 || phase === null) return [{ stream, events }];
  return [{ stream, events }, ...(await withdrawOthers(load, phase, instanceId))];
}

/**
 * The reviews of the other attempts under way are over. Refuses when one of them is approved already, which its task hears
 * of a moment later (REVIEW_ALREADY_DECIDED): that work is kept, and one is.
 */
export async function withdrawOthers(load: Load, phase: PhaseState, kept: string): Promise<StreamWrite[]> {
  const writes: StreamWrite[] = [];
  for (const { instanceId, reviewId } of attemptsUnderWay(phase)) {
    if (instanceId === kept || reviewId === null) continue;
    const stream = streamOf('review', reviewId);
    const { state } = await load(stream, reviewDecider);
    if (state.status === 'none') continue;
    if (state.status === 'approved') refuse('REVIEW_ALREADY_DECIDED', { status: state.status, reviewId });
    writes.push({ stream, events: decideReview({ type: 'WithdrawReview', reason: OTHER_KEPT }, state) });
  }
  return writes;
}

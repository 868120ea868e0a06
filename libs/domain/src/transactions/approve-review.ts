import { streamOf } from '@claude-codex/contracts/ids';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { refuse } from '../refuse.ts';
import { decideReview, reviewDecider } from '../review/index.ts';
import { checkOf, livingTask, requireGreen } from './merge-rules.ts';

/**
 * An approval, and with it the wish to merge: one decision in one event, which the flow carries out however long that
 * takes. Merging along is for the last gate only (REVIEW_NOT_LAST_GATE) and for what may be merged at all.
 */
export async function approveReview(
  load: Load,
  { reviewId, note, merge }: { reviewId: string; note: string; merge: MergeStrategy | null },
): Promise<StreamWrite[]> {
  const stream = streamOf('review', reviewId);
  const { state } = await load(stream, reviewDecider);
  const events = decideReview({ type: 'ApproveReview', note, merge }, state);
  if (merge === null || state.status === 'none') return [{ stream, events }];
  const task = await livingTask(load, state.taskId);
  await requireGreen(load, task, checkOf(task));
  const index = task.phases.findIndex((phase) => phase.reviewId === reviewId);
  const followed = task.phases.slice(index + 1).some((phase) => phase.definition.gate === 'person');
  if (index >= 0 && followed) refuse('REVIEW_NOT_LAST_GATE');
  return [{ stream, events }];
}

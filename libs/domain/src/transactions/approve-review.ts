import { streamOf } from '@claude-codex/contracts/ids';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { refuse } from '../refuse.ts';
import { decideReview, type ReviewFacts, reviewDecider } from '../review/index.ts';
import { attemptReviewedIn, isReviewed, requireGate } from '../task/index.ts';
import { checkOf, livingTask, requireGreen } from './merge-rules.ts';

/**
 * An approval, and with it the wish to merge: one decision in one event, which the flow carries out however long that
 * takes. Merging along is for the last gate only (REVIEW_NOT_LAST_GATE) and for what may be merged at all.
 */
export async function approveReview(
  load: Load,
  { reviewId, note, merge, by }: { reviewId: string; note: string; merge: MergeStrategy | null; by: string },
): Promise<StreamWrite[]> {
  const stream = streamOf('review', reviewId);
  const { state } = await load(stream, reviewDecider);
  const events = decideReview({ type: 'ApproveReview', note, merge }, state);
  if (state.status === 'none') return [{ stream, events }];
  if (state.approvals.some((approval) => approval.by === by)) return [];
  await requireItsGate(load, state, reviewId);
  if (merge === null) return [{ stream, events }];
  const task = await livingTask(load, state.taskId);
  const index = task.phases.findIndex((phase) => attemptReviewedIn(phase, reviewId) !== null);
  const phase = task.phases[index];
  // Of several attempts the work that is reviewed is not always the newest.
  const isOfChanges = phase?.definition.requiresChanges === true;
  await requireGreen(load, task, isOfChanges ? (attemptReviewedIn(phase, reviewId)?.check ?? null) : checkOf(task));
  const followed = task.phases.slice(index + 1).some(({ definition }) => isReviewed(definition.gate));
  if (index >= 0 && followed) refuse('REVIEW_NOT_LAST_GATE');
  return [{ stream, events }];
}

/** What a gate asks for besides approvals, it asks for before them: nobody can ask for changes in an approved review. */
async function requireItsGate(load: Load, review: ReviewFacts, reviewId: string): Promise<void> {
  if (!review.gate.some((rule) => rule.by === 'check')) return;
  const task = await livingTask(load, review.taskId);
  const phase = task.phases.find(({ definition }) => definition.name === review.phase);
  if (phase !== undefined) requireGate(phase, attemptReviewedIn(phase, reviewId));
}

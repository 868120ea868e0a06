import { streamOf } from '@claude-codex/contracts/ids';
import type { MergeStrategy } from '@claude-codex/contracts/pull-request/events';
import type { Load, StreamWrite } from '@claude-codex/eventing/handle-command';
import { refuse } from '../refuse.ts';
import { hasApprovals, withApproval } from '../review/approvals.ts';
import { decideReview, type ReviewFacts, reviewDecider } from '../review/index.ts';
import { attemptReviewedIn, isReviewed, requireGate, taskDecider } from '../task/index.ts';
import { withdrawOthers } from './keep-attempt.ts';
import { allowedMethod, checkOf, livingTask, requireGreen } from './merge-rules.ts';

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
  const others = await othersWithdrawn(load, state, { reviewId, by });
  if (merge === null) return [{ stream, events }, ...others];
  const task = await livingTask(load, state.taskId);
  await allowedMethod(load, task.repositoryId, merge);
  const index = task.phases.findIndex((phase) => attemptReviewedIn(phase, reviewId) !== null);
  const phase = task.phases[index];
  // Of several attempts the work that is reviewed is not always the newest.
  const isOfChanges = phase?.definition.requiresChanges === true;
  await requireGreen(load, task, isOfChanges ? (attemptReviewedIn(phase, reviewId)?.check ?? null) : checkOf(task));
  const followed = task.phases.slice(index + 1).some(({ definition }) => isReviewed(definition.gate));
  if (followed) refuse('REVIEW_NOT_LAST_GATE');
  return [{ stream, events }, ...others];
}

/**
 * With the approval that its gate waited for, work of one attempt is kept: the reviews of the others end in the same append,
 * so that of two people who approve two works in the same moment one is told that the other was first.
 */
async function othersWithdrawn(
  load: Load,
  review: ReviewFacts,
  { reviewId, by }: { reviewId: string; by: string },
): Promise<StreamWrite[]> {
  const { state: task } = await load(streamOf('task', review.taskId), taskDecider);
  const phase =
    task.status === 'none' ? undefined : task.phases.find(({ definition }) => definition.name === review.phase);
  const attempt = phase === undefined ? null : attemptReviewedIn(phase, reviewId);
  if (phase === undefined || attempt === null) return [];
  if (attempt.status === 'set_aside') refuse('REVIEW_ALREADY_DECIDED', { status: attempt.status });
  if (!hasApprovals(review.gate, withApproval(review.approvals, { by, kind: 'person' }))) return [];
  return withdrawOthers(load, phase, attempt.instanceId);
}

/** What a gate asks for besides approvals, it asks for before them: nobody can ask for changes in an approved review. */
async function requireItsGate(load: Load, review: ReviewFacts, reviewId: string): Promise<void> {
  if (!review.gate.some((rule) => rule.by === 'check')) return;
  const task = await livingTask(load, review.taskId);
  const phase = task.phases.find(({ definition }) => definition.name === review.phase);
  if (phase !== undefined) requireGate(phase, attemptReviewedIn(phase, reviewId));
}

import type { Standing } from '../api/views/card.ts';
import type { AttemptView } from '../api/views/phase.ts';
import type { ReviewView } from '../api/views/review.ts';
import type { TaskView } from '../api/views/task.ts';
import { openThreadsOf } from './threads.ts';

type Reviewed = Pick<ReviewView, 'phase' | 'instanceId'>;

/** The attempt a review is about, where several agents try the same phase; null where there is only one. */
export function attemptReviewed(
  { phaseDetails }: Pick<TaskView, 'phaseDetails'>,
  review: Reviewed,
): AttemptView | null {
  const phase = phaseDetails.find(({ name }) => name === review.phase);
  // Rows that an earlier release wrote do not say how many: there was one.
  if (phase === undefined || !(phase.attemptsWanted > 1)) return null;
  return phase.attempts.find(({ instanceId }) => instanceId === review.instanceId) ?? null;
}

/** The evidence of the work under review, which of several attempts is not always the newest. */
export function evidenceOf(
  task: Pick<TaskView, 'phaseDetails' | 'evidence'>,
  review: Reviewed | null,
): TaskView['evidence'] {
  const attempt = review === null ? null : attemptReviewed(task, review);
  return attempt === null ? task.evidence : attempt.evidence;
}

/** What has to be known beside the approval of this review. */
export function standingOfReview(
  task: Pick<TaskView, 'phaseDetails' | 'standing' | 'threads'>,
  review: Reviewed & Pick<ReviewView, 'round' | 'comments' | 'changes' | 'createdAt'>,
): Standing {
  const attempt = attemptReviewed(task, review);
  if (attempt === null) return task.standing;
  return {
    ...task.standing,
    check: attempt.check,
    exitCode: attempt.evidence?.check?.exitCode ?? null,
    unsentComments: review.comments.length,
    openThreads: openThreadsOf(task, review),
    baseSha: review.changes?.baseSha ?? null,
    handedOverAt: review.createdAt,
  };
}

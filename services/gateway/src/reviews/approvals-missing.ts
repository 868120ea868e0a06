import { streamOf } from '@claude-codex/contracts/ids';
import { missingApprovals } from '@claude-codex/domain/review/approvals';
import { reviewDecider } from '@claude-codex/domain/review/decide';
import { type EventStore, loadState } from '@claude-codex/eventing';

/** Whose approvals an open review waits for after those it has; null when it is decided. */
export async function approvalsMissing(store: EventStore, reviewId: string): Promise<string | null> {
  const review = await loadState(store, streamOf('review', reviewId), reviewDecider);
  return review.status === 'open' ? missingApprovals(review.gate, review.approvals) : null;
}

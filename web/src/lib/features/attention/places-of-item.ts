import type { AttentionItem } from '@claude-codex/contracts';
import { places, placesOfReview } from '#lib/drafts/places.ts';

/** What places begin with where words for this item are typed, on this page or on its task's. */
export function placesOfItem(
  item: Pick<AttentionItem, 'kind' | 'taskId' | 'question' | 'dependency' | 'review' | 'proposal'>,
): string[] {
  if (item.question) return [places.answer(item.question.id)];
  if (item.dependency) return [places.decline(item.dependency.id)];
  if (item.proposal) return [places.decline(item.proposal.id)];
  if (item.review) return placesOfReview(item.review.id);
  return item.kind === 'merge' || item.kind === 'publish' ? [places.sendBack(item.taskId)] : [];
}

import { shown } from '@claude-codex/contracts/hidden-characters';
import type { ReviewFacts, ReviewState } from '../review/index.ts';
import { commentText } from './comment-text.ts';
import type { Said } from './said.ts';

type Known = Exclude<ReviewState, { status: 'none' }>;

const ENDED: Record<Known['status'], string> = {
  open: '',
  approved: ', which approved the work',
  changes_requested: ', which asked for changes',
  rejected: ', which rejected the work',
  withdrawn: ', which was ended before anybody decided',
};

/** The words of a review, whether or not they were sent to anybody: those of the decision, and each comment. */
export function saidInReview(review: Known): Said[] {
  const about = `In the review of "${review.phase}" (round ${review.round})${ENDED[review.status]}`;
  const rewritten = review.revised.map(({ path }) => `${shown(path)} was written anew by a person: that text counts.`);
  return [review.decided.trim(), ...commentsOf(review), ...rewritten]
    .filter((text) => text !== '')
    .map((text) => ({ about, text }));
}

function commentsOf({ comments }: ReviewFacts): string[] {
  return comments.map(({ comment }) => commentText(comment));
}

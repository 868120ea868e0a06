import { type BegunComment, begunComments } from '#lib/drafts/begun-comments.ts';
import { draftChanges } from '#lib/drafts/draft.svelte.ts';
import { drafts } from '#lib/drafts/drafts.ts';
import type { ListedFile } from './items.ts';
import type { Selection } from './line-selection.svelte.ts';
import type { ReviewState } from './review-state.svelte.ts';

/** Comments on the review that were begun in this browser, and whose field is not open. */
export function begunIn(review: ReviewState): BegunComment[] {
  void draftChanges();
  if (!review.canComment) return [];
  const paths = new Set(review.files.map(({ path }) => path));
  const { selection } = review;
  const open = selection.writing && selection.lines !== null ? review.placeOf(selection.lines) : null;
  return begunComments(review.review?.id ?? '', drafts).filter(
    (begun) => paths.has(begun.path) && review.placeOf(linesOf(begun)) !== open,
  );
}

/** Opens the field of a comment again, with the words that were typed. Gives its file. */
export function goOn(review: ReviewState, begun: BegunComment): ListedFile | null {
  const file = review.files.find(({ path }) => path === begun.path) ?? null;
  if (file === null || !review.canComment) return null;
  review.setOpen(file, true);
  review.selection.choose(linesOf(begun));
  return file;
}

function linesOf({ path, side, startLine, endLine }: BegunComment): Selection {
  return { path, side, start: startLine, end: endLine };
}

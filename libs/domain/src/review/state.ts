import type { Deliverable, EventData, MergeStrategy, ReviewComment, ReviewEvent } from '@claude-codex/contracts';
import { skipUnknown } from '@claude-codex/eventing/decider';

export interface ReviewFacts extends EventData<'ReviewCreated'> {
  /** Comments not yet submitted with a decision. */
  comments: readonly ReviewComment[];
  /** path → content hash marked as reviewed. */
  marks: Readonly<Record<string, string>>;
  /** How the person who approved wished to merge along with it; null otherwise. */
  merge: MergeStrategy | null;
}

export type ReviewState =
  | { status: 'none' }
  | ({ status: 'open' | 'approved' | 'changes_requested' | 'rejected' | 'withdrawn' } & ReviewFacts);

export const initialReview: ReviewState = { status: 'none' };

export function evolveReview(state: ReviewState, event: ReviewEvent): ReviewState {
  if (event.type === 'ReviewCreated') return { status: 'open', ...event.data, comments: [], marks: {}, merge: null };
  if (state.status === 'none') return state;
  switch (event.type) {
    case 'ReviewCommented':
      return { ...state, comments: [...state.comments, event.data.comment] };
    case 'ReviewCommentEdited': {
      const { commentId, body } = event.data;
      const comments = state.comments.map((comment) =>
        comment.commentId === commentId ? { ...comment, body } : comment,
      );
      return { ...state, comments };
    }
    case 'ReviewCommentRemoved':
      return { ...state, comments: state.comments.filter(({ commentId }) => commentId !== event.data.commentId) };
    case 'DocumentRevised':
      return { ...state, deliverables: replaceDeliverable(state.deliverables, event.data.deliverable) };
    case 'FileMarkedReviewed': {
      const { [event.data.path]: _old, ...others } = state.marks;
      return {
        ...state,
        marks: event.data.reviewed ? { ...others, [event.data.path]: event.data.contentHash } : others,
      };
    }
    case 'ReviewApproved':
      return { ...state, status: 'approved', merge: event.data.merge };
    case 'ReviewChangesRequested':
      return { ...state, status: 'changes_requested' };
    case 'ReviewRejected':
      return { ...state, status: 'rejected' };
    case 'ReviewWithdrawn':
      return { ...state, status: 'withdrawn' };
    default:
      return skipUnknown(event, state);
  }
}

function replaceDeliverable(all: readonly Deliverable[], revised: Deliverable): Deliverable[] {
  return all.map((deliverable) => (deliverable.path === revised.path ? revised : deliverable));
}
